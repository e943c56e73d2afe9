using System.Globalization;
using System.Text;
using Deep.Checkpoints;
using Deep.Cli.Models;
using Deep.Tensors;
using Deep.Training;
using Deep.Training.Plots;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Cli.Tour;

/// <summary>The chapter of transformers without shortcuts: the tool's own network writes, and the probe shows why it could be trained.</summary>
internal sealed class VanillaChapter : ITourChapter
{
    private const string ProbeFile = "vanilla.png";
    private const string Prompt = "ROMEO:\n";

    public string Id => "vanilla";

    public string Title => "A transformer without shortcuts writes";

    public ChapterReport Run(TourContext context, CancellationToken cancellationToken)
    {
        using var language = LanguageModel.Load(EmbeddedModel.Text, CPU);
        var vocabulary = language.Vocabulary!;
        var prompt = vocabulary.Encode(Prompt);
        var options = new GenerationOptions { Tokens = 4 * language.Model.Config.Length, Temperature = 0.7, Seed = 1 };
        var written = new List<long>();
        var text = new StringBuilder(Prompt);
        var decoder = vocabulary.NewDecoder();
        var start = context.Time.GetTimestamp();
        foreach (var token in language.Model.Generate([.. prompt.Select(token => (long)token)], options, cancellationToken))
        {
            written.Add(token);
            text.Append(decoder.Add((int)token));
            context.Progress.Report((double)written.Count / options.Tokens, "writing");
        }

        var seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        text.Append(decoder.Finish());
        var config = language.Model.Config;
        var (healthy, collapsed) = Probe(config, written, cancellationToken);
        var picture = SignalPng.Draw(healthy, collapsed);
        AtomicFile.Write(Path.Combine(context.Folder, ProbeFile), stream => stream.Write(picture));
        return new ChapterReport(
            VanillaSection.Write(Facts(language.Model, written.Count / seconds), text.ToString(), picture),
            ["network", "layers>", "skips>", "norms>", "the probe, before training"],
            [Row("E-SPA", healthy), Row("plain attention", collapsed)],
            string.Create(CultureInfo.InvariantCulture, $"{written.Count / seconds:F0} characters a second: \"{FirstLine(text)}\""));

        IReadOnlyList<string> Row(string name, SignalReport report) =>
            [name, config.Layers.ToString(CultureInfo.InvariantCulture), "0", "0", report.Verdict];
    }

    // Both as they start: a fresh network of the writer's own configuration, and one with the attention that everybody else starts from.
    private static (SignalReport Healthy, SignalReport Collapsed) Probe(
        VanillaTransformerConfig config, List<long> written, CancellationToken cancellationToken)
    {
        var plain = VanillaTransformerConfig.ForText(
            BlockKind.Plain, config.Layers, config.Width, config.Heads, config.Vocabulary, config.Length) with
        {
            Positions = config.Positions,
        };
        var windows = written.Count / config.Length;
        using var tokens = tensor(written.Take(windows * config.Length).ToArray(), [windows, config.Length], ScalarType.Int64);
        return (Report(config, "E-SPA"), Report(plain, "plain attention"));

        SignalReport Report(VanillaTransformerConfig of, string name)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var model = VanillaTransformer.Create(of, seed: 0);
            return SignalProbe.Run(model, tokens) with { Name = name };
        }
    }

    private static IReadOnlyList<(string What, string Value, string Unit)> Facts(VanillaTransformer model, double speed) =>
    [
        ("Layers", Text(model.Config.Layers, "F0"), ""),
        ("Skips and norms", "0", ""),
        ("Parameters", Text(model.parameters().Sum(parameter => parameter.numel()) / 1e6, "F2"), "million"),
        ("Context", Text(model.Config.Length, "F0"), "characters"),
        ("File", Text(new FileInfo(EmbeddedModel.Text).Length / 1e6, "F1"), "MB"),
        ("Writes", Text(speed, "F0"), "characters/s"),
    ];

    private static string FirstLine(StringBuilder text) => text.ToString()[Prompt.Length..].Split('\n').First(line => line.Trim().Length > 0).Trim();

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
