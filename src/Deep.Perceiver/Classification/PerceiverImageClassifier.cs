using System.Diagnostics;
using Deep.Media;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// N pictures, K classes

/// <summary>Names what pictures show: pictures in, labels with probabilities out.</summary>
/// <remarks>
/// Perceiver, section 4.1, and Perceiver IO, section 4.5: pictures are prepared as for ImageNet
/// (<see cref="PerceiverEvaluation"/>). Safe for use by many threads at once. Disposing waits for predictions that run;
/// later ones throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class PerceiverImageClassifier : IDisposable
{
    private readonly ServedPerceiver served;
    private readonly PerceiverImageClassifierOptions options;
    private readonly int size;

    /// <summary>A classifier on a copy of a network's weights.</summary>
    /// <param name="network">A classifier of pictures, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the
    /// defaults.</param>
    /// <param name="logger">Told what is loaded and predicted; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network takes no colour pictures
    /// or has no classes.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public PerceiverImageClassifier(Perceiver network, PerceiverImageClassifierOptions? options = null,
        ILogger<PerceiverImageClassifier>? logger = null)
        : this(network, options ?? new(), labels: null, logger)
    {
    }

    private PerceiverImageClassifier(Perceiver network, PerceiverImageClassifierOptions options,
        IReadOnlyList<string>? labels, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(network);
        options.Validate();
        this.options = (PerceiverImageClassifierOptions)options.Copy();
        size = options.Size ?? TaskShapes.ImageSideOf(network.Config);
        Labels = ClassLabels.Of(
            options, TaskShapes.ClassesOf(network.Config), options.Labels, options.LabelsFile, labels);
        served = new ServedPerceiver(network, options, nameof(PerceiverImageClassifier), logger);
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config => served.Config;

    /// <summary>The labels of the K classes, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Loads a classifier.</summary>
    /// <param name="model">A checkpoint's path, <c>hf:owner/name[@revision]</c>, or a variant with published
    /// weights.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and predicted; null: nobody.</param>
    /// <returns>The classifier. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not found or classifies no pictures, or an option is out of
    /// its range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The file is damaged or holds no Perceiver.</exception>
    /// <exception cref="Hub.HubException">The hub does not give the model.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static PerceiverImageClassifier Load(string model, PerceiverImageClassifierOptions? options = null,
        ILogger<PerceiverImageClassifier>? logger = null) =>
        ServedPerceiver.Load(model, options ??= new(), logger,
            (network, labels) => new PerceiverImageClassifier(network, options, labels, logger));

    /// <summary>Loads a classifier from an open checkpoint, such as an embedded resource.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and computed; null: nobody.</param>
    /// <returns>The classifier. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not made for this, or an option is out of its
    /// range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The checkpoint holds no Perceiver.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static PerceiverImageClassifier Load(Checkpoints.ICheckpoint source, PerceiverImageClassifierOptions? options = null,
        ILogger<PerceiverImageClassifier>? logger = null) =>
        ServedPerceiver.Load(source, options ??= new(), logger,
            (network, labels) => new PerceiverImageClassifier(network, options, labels, logger));

    /// <summary>Classifies a picture file.</summary>
    /// <param name="path">The file: PNG, JPEG, WebP, BMP or GIF.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    /// <exception cref="MediaException">The file is no picture, damaged, or larger than the limits.</exception>
    public IReadOnlyList<Prediction> Classify(string path, int? top = null) =>
        Classify(Picture.Open(path, options.Limits), top);

    /// <summary>Classifies a picture from a stream.</summary>
    /// <param name="stream">The encoded picture; read to its end, not closed.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    /// <exception cref="MediaException">The stream is no picture, damaged, or larger than the limits.</exception>
    public IReadOnlyList<Prediction> Classify(Stream stream, int? top = null) =>
        Classify(Picture.Open(stream, options.Limits), top);

    /// <summary>Classifies a decoded picture.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    public IReadOnlyList<Prediction> Classify(Picture picture, int? top = null) => Classify([picture], top)[0];

    /// <summary>Classifies several pictures, so many at once as the options say.</summary>
    /// <param name="pictures">N pictures of any sizes; none is allowed.</param>
    /// <param name="top">How many classes to return for each, 1 or more; null: as the options say.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>For each picture, in order, its most probable classes, the best first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> Classify(
        IReadOnlyList<Picture> pictures, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var count = top ?? options.Top;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(top));
        var watch = Stopwatch.StartNew();
        var predictions = new List<IReadOnlyList<Prediction>>(pictures.Count);
        foreach (var batch in pictures.Chunk(options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            predictions.AddRange(served.Use(network => ClassLabels.Best(
                network.Forward(PerceiverEvaluation.Apply(batch, size, network.Device)), Labels, count)));
        }

        LogClassified(served.Logger, predictions.Count, watch.Elapsed.TotalMilliseconds);
        return predictions;
    }

    /// <summary>Waits for predictions that run, then frees the network.</summary>
    public void Dispose() => served.Dispose();

    [LoggerMessage(2, LogLevel.Debug, "Classified {Pictures} pictures in {Milliseconds:0.0} ms")]
    private static partial void LogClassified(ILogger logger, int pictures, double milliseconds);
}
