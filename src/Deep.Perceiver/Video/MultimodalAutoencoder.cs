using System.Diagnostics;
using Deep.Media;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// T frames of H x H pixels, S samples of sound, N latents of D channels

/// <summary>Squeezes a clip with its sound into latents and makes a clip, its sound and its label of them again.</summary>
/// <remarks>
/// Perceiver IO, section 4.3. A clip is encoded once and decoded in parts; the label is never given, so that it is a
/// prediction. Safe for use by many threads at once. Disposing waits for calls that run; later ones throw
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class MultimodalAutoencoder : IDisposable
{
    private readonly ServedPerceiver served;
    private readonly MultimodalAutoencoderOptions options;
    private readonly ClipShape shape;

    /// <summary>An autoencoder on a copy of a network's weights.</summary>
    /// <param name="network">A network of video, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the
    /// defaults.</param>
    /// <param name="logger">Told what is loaded and made; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network is no autoencoder of
    /// video.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public MultimodalAutoencoder(Perceiver network, MultimodalAutoencoderOptions? options = null,
        ILogger<MultimodalAutoencoder>? logger = null)
        : this(network, options ?? new(), labels: null, logger)
    {
    }

    private MultimodalAutoencoder(Perceiver network, MultimodalAutoencoderOptions options,
        IReadOnlyList<string>? labels, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(network);
        options.Validate();
        this.options = (MultimodalAutoencoderOptions)options.Copy();
        shape = ClipShape.Of(network.Config);
        Labels = shape.Classes == 0 ? []
            : ClassLabels.Of(options, shape.Classes, options.Labels, options.LabelsFile, labels);
        served = new ServedPerceiver(network, options, nameof(MultimodalAutoencoder), logger);
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config => served.Config;

    /// <summary>T, the frames of a clip.</summary>
    public int Frames => shape.Frames;

    /// <summary>H, the side of a frame in pixels.</summary>
    public int Size => shape.Size;

    /// <summary>S, the samples of a clip's sound; 0: the network has none.</summary>
    public int Samples => shape.Samples;

    /// <summary>The labels of the classes, in order; empty where the network has none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Loads an autoencoder.</summary>
    /// <param name="model">A checkpoint's path, <c>hf:owner/name[@revision]</c>, or a variant with published
    /// weights.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and made; null: nobody.</param>
    /// <returns>The autoencoder. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not found or is no autoencoder of video, or an option is
    /// out of its range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The file is damaged or holds no Perceiver.</exception>
    /// <exception cref="Hub.HubException">The hub does not give the model.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static MultimodalAutoencoder Load(string model, MultimodalAutoencoderOptions? options = null,
        ILogger<MultimodalAutoencoder>? logger = null) =>
        ServedPerceiver.Load(model, options ??= new(), logger,
            (network, labels) => new MultimodalAutoencoder(network, options, labels, logger));

    /// <summary>Loads an autoencoder from an open checkpoint, such as an embedded resource.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and computed; null: nobody.</param>
    /// <returns>The autoencoder. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not made for this, or an option is out of its
    /// range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The checkpoint holds no Perceiver.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static MultimodalAutoencoder Load(Checkpoints.ICheckpoint source, MultimodalAutoencoderOptions? options = null,
        ILogger<MultimodalAutoencoder>? logger = null) =>
        ServedPerceiver.Load(source, options ??= new(), logger,
            (network, labels) => new MultimodalAutoencoder(network, options, labels, logger));

    /// <summary>Encodes a clip and decodes it again.</summary>
    /// <param name="clip">T frames of any size, with S samples of sound or none.</param>
    /// <param name="progress">Told the part that is done, 0 to 1; null: nobody.</param>
    /// <param name="cancellationToken">Ends it between two parts.</param>
    /// <returns>The clip as the latents tell it, of H x H pixels.</returns>
    /// <exception cref="ShapeException">The clip has other many frames or samples.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ReconstructedClip Reconstruct(
        VideoClip clip, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var encoded = Encode(clip);
        return Decode(encoded, clip.Audio?.SampleRate ?? 48_000, progress, cancellationToken);
    }

    /// <summary>Encodes a clip.</summary>
    /// <param name="clip">T frames of any size: the centre square is seen; with S samples of sound (channels are mixed),
    /// or none, which is silence.</param>
    /// <returns>The latents.</returns>
    /// <exception cref="ShapeException">The clip has other many frames or samples.</exception>
    public EncodedClip Encode(VideoClip clip)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.Frames.Count != Frames || (clip.Audio is { } audio && Samples > 0 && audio.Length != Samples))
        {
            throw new ShapeException(
                $"The network takes clips of {Frames} frames and {Samples} samples of sound, but this one has "
                + $"{clip.Frames.Count} and {clip.Audio?.Length ?? 0}: cut it first.");
        }

        return served.Use(network =>
        {
            var latents = network.Encode(Input(clip, network.Device));
            return new EncodedClip(
                (int)latents.shape[1], (int)latents.shape[2], latents.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
        });
    }

    /// <summary>Decodes a clip of its latents, part by part.</summary>
    /// <param name="encoded">The latents.</param>
    /// <param name="sampleRate">Samples of sound in a second. The released model's: 48,000.</param>
    /// <param name="progress">Told the part that is done, 0 to 1; null: nobody.</param>
    /// <param name="cancellationToken">Ends it between two parts.</param>
    /// <returns>The clip as the latents tell it.</returns>
    /// <exception cref="ShapeException">The latents are not the network's.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ReconstructedClip Decode(EncodedClip encoded, int sampleRate = 48_000, IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        if (encoded.Latents != Config.Latents || encoded.Channels != Config.LatentChannels
            || encoded.Values.Count != encoded.Latents * (long)encoded.Channels)
        {
            throw new ShapeException(
                $"The network decodes {Config.Latents} latents of {Config.LatentChannels} channels, "
                + $"but {encoded.Latents} of {encoded.Channels} in {encoded.Values.Count} values came.");
        }

        var watch = Stopwatch.StartNew();
        var pixels = Frames * Size * Size;
        var done = 0.0;
        var all = pixels + (Samples > 0 ? Samples / shape.SamplesPerQuery : 0) + (shape.Classes > 0 ? 1 : 0);
        var colours = Part(ClipShape.Image, pixels, 3);
        var sound = Samples == 0 ? null
            : new Waveform(sampleRate, 1, Part(ClipShape.Audio, Samples / shape.SamplesPerQuery, shape.SamplesPerQuery));
        var predictions = shape.Classes == 0 ? [] : Predictions(Part(ClipShape.Label, 1, shape.Classes));
        LogDecoded(served.Logger, all, watch.Elapsed.TotalMilliseconds);
        return new ReconstructedClip(Clip(colours, sound), predictions);

        float[] Part(string modality, int queries, int width)
        {
            var values = new float[queries * width];
            for (var from = 0; from < queries; from += options.ChunkSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(options.ChunkSize, queries - from);
                Decode(encoded, modality, from, count).CopyTo(values, from * width);
                progress?.Report((done += count) / all);
            }

            return values;
        }
    }

    /// <summary>Waits for calls that run, then frees the network.</summary>
    public void Dispose() => served.Dispose();

    // Queries of one modality alone: the others are left out.
    private float[] Decode(EncodedClip encoded, string modality, int from, int count) => served.Use(network =>
    {
        var latents = tensor(encoded.Values.ToArray(), [1, encoded.Latents, encoded.Channels], device: network.Device);
        var asked = ((MultimodalDecoderConfig)Config.Decoder!).Modalities.Keys.ToDictionary(name => name, name =>
            tensor(name == modality ? Enumerable.Range(from, count).Select(i => (long)i).ToArray() : [], device: network.Device));
        var output = network.Read(latents, QuerySelection.Of(asked))[modality];
        return output.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    });

    // Everything that the network takes: pixels and samples in [0, 1] and [-1, 1], and a label of zeros.
    private PerceiverInput Input(VideoClip clip, Device device)
    {
        var modalities = new Dictionary<string, Tensor>();
        using var byteFrames = PictureBatch.Stack(clip.CentreSquare(Size).Frames);
        using Scalar levels = 255;
        modalities[ClipShape.Image] = byteFrames.to(ScalarType.Float32).div_(levels).unsqueeze(0).to(device);
        if (Samples > 0)
        {
            var samples = clip.Audio?.ToMono().Samples.ToArray() ?? new float[Samples];
            modalities[ClipShape.Audio] = tensor(samples, [1, Samples, 1], device: device);
        }

        if (shape.Classes > 0)
        {
            modalities[ClipShape.Label] = zeros([1, shape.Classes], device: device);
        }

        return PerceiverInput.Of(modalities);
    }

    private IReadOnlyList<Prediction> Predictions(float[] values)
    {
        using var logits = tensor(values, [1, shape.Classes]);
        return ClassLabels.Best(logits, Labels, options.Top)[0];
    }

    private VideoClip Clip(float[] colours, Waveform? sound)
    {
        var bytes = new byte[colours.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Math.Clamp(Math.Round(colours[i] * 255.0), 0, 255);
        }

        return VideoClip.FromRgb(Frames, Size, Size, bytes, sound);
    }

    [LoggerMessage(2, LogLevel.Debug, "Decoded {Outputs} outputs in {Milliseconds:0} ms")]
    private static partial void LogDecoded(ILogger logger, int outputs, double milliseconds);
}
