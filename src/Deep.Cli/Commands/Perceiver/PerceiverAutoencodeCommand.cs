using System.Globalization;
using Deep.Checkpoints;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Media;
using Deep.Perceivers;
using Spectre.Console.Cli;
using static TorchSharp.torch;

namespace Deep.Cli.Commands;

/// <summary><c>deep perceiver autoencode</c>: squeezes a clip into latents, and shows what comes back.</summary>
internal sealed class PerceiverAutoencodeCommand(Terminal terminal) : Command<PerceiverAutoencodeSettings>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    public override int Execute(CommandContext context, PerceiverAutoencodeSettings settings, CancellationToken cancellationToken)
    {
        if (Path.Exists(settings.Out))
        {
            throw new WrongInputException($"--out must name a new folder; '{settings.Out}' is there already.");
        }

        var clip = VideoClip.Open(settings.Clip);
        var sound = settings.Audio is { } audio ? Waveform.Open(audio) : null;
        var options = settings.Into(new MultimodalAutoencoderOptions { ChunkSize = settings.Chunk, Top = settings.Top, LabelsFile = settings.Labels });
        using var autoencoder = new ModelLoading(terminal, cancellationToken).Load(settings.Model, progress =>
        {
            options.Progress = progress;
            return MultimodalAutoencoder.Load(settings.Model, options);
        });
        var seen = new VideoClip(
            clip.Cut(settings.Start, autoencoder.Frames).Frames, sound?.Cut(0, Math.Min(sound.Length, autoencoder.Samples)));
        ReconstructedClip? back = null;
        ProgressBar.ShowOnError(terminal, LineInterval, display =>
            back = autoencoder.Reconstruct(seen, new PartDone(display, "decoded"), cancellationToken));
        AtomicFolder.Create(settings.Out, folder =>
        {
            for (var t = 0; t < back!.Clip.Frames.Count; t++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"frame_{t:0000}.png");
                File.WriteAllBytes(Path.Combine(folder, name), back.Clip.Frames[t].EncodePng());
            }

            if (back.Clip.Audio is { } heard)
            {
                File.WriteAllBytes(Path.Combine(folder, "audio.wav"), heard.Encode());
            }
        });
        Write(settings, seen.CentreSquare(autoencoder.Size), back!);
        return ExitCode.Success;
    }

    private void Write(PerceiverAutoencodeSettings settings, VideoClip seen, ReconstructedClip back)
    {
        var video = SignalToNoise(Colours(back.Clip), Colours(seen), peak: 1);
        double? audio = seen.Audio is { } sound && back.Clip.Audio is { } heard
            ? SignalToNoise(heard.Samples.ToArray(), sound.ToMono().Samples.ToArray(), peak: 2) : null;
        if (settings.Json)
        {
            JsonReport.Write(terminal, new { settings.Model, settings.Out, VideoPsnr = video, AudioPsnr = audio, back.Predictions });
            return;
        }

        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{back.Clip.Frames.Count} frames in {settings.Out}: PSNR of the video {video:F2} dB, of the sound {audio?.ToString("F2", CultureInfo.InvariantCulture) ?? "-"} dB."));
        var table = new ResultTable("label", "probability>");
        foreach (var prediction in back.Predictions)
        {
            table.Add(prediction.Label, string.Create(CultureInfo.InvariantCulture, $"{100 * prediction.Probability:F1} %"));
        }

        table.WriteTo(terminal);
    }

    private static float[] Colours(VideoClip clip) =>
        [.. clip.Frames.SelectMany(frame => frame.Pixels.ToArray()).Select(level => level / 255f)];

    private static double SignalToNoise(float[] made, float[] truth, double peak)
    {
        using var reconstruction = tensor(made);
        using var original = tensor(truth);
        return Math.Min(999, PeakSignalToNoise.Of(reconstruction, original, peak)); // JSON knows no infinity
    }
}
