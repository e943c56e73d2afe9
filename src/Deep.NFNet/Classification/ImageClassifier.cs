using System.Diagnostics;
using Deep.Checkpoints;
using Deep.Media;
using Deep.Tensors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

// N pictures, K classes, F features

/// <summary>Names what pictures show: pictures in, labels with probabilities out.</summary>
/// <remarks>
/// Safe for use by many threads at once. Disposing waits for predictions that run; later ones throw
/// <see cref="ObjectDisposedException"/>. Pictures are decoded, resized and normalised as the network's variant is
/// evaluated.
/// </remarks>
public sealed partial class ImageClassifier : IDisposable
{
    private readonly InferenceNFNet network;
    private readonly EvaluationTransform transform;
    private readonly int top;
    private readonly int batchSize;
    private readonly MediaLimits limits;
    private readonly ILogger logger;
    private readonly ReaderWriterLockSlim life = new();
    private bool disposed;

    /// <summary>A classifier on a copy of a network's weights.</summary>
    /// <param name="network">The network, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the
    /// defaults.</param>
    /// <param name="logger">Told what is loaded and predicted; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network takes no colour pictures
    /// or has no classes.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public ImageClassifier(NFNet network, ImageClassifierOptions? options = null,
        ILogger<ImageClassifier>? logger = null)
        : this(network, options ?? new(), labels: null, logger)
    {
    }

    private ImageClassifier(NFNet source, ImageClassifierOptions options, IReadOnlyList<string>? labels,
        ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(source);
        options.Validate();
        var classes = source.Config.Classes;
        Labels = LabelsOf(options, labels) ?? [.. Enumerable.Range(0, classes).Select(i => $"{i}")];
        ImageClassifierOptions.Require(classes == 0 || Labels.Count == classes, nameof(options.Labels),
            $"one label for each of {classes} classes", Labels.Count);
        transform = source.Config.EvaluationTransform(options.Size);
        (top, batchSize, limits) = (options.Top, options.BatchSize, options.Limits);
        this.logger = logger ?? NullLogger.Instance;
        network = source.ForInference(new() { Precision = options.Precision });
    }

    /// <summary>What the network was built from.</summary>
    public NFNetConfig Config => network.Config;

    /// <summary>The labels of the classes, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How pictures are prepared.</summary>
    public EvaluationTransform Transform => transform;

    /// <summary>Loads a classifier.</summary>
    /// <param name="model">A checkpoint's path, <c>hf:owner/name[@revision]</c>, or a variant with published weights,
    /// such as <c>eca_nfnet_l0</c>.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and predicted; null: nobody.</param>
    /// <returns>The classifier. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not found, or an option is out of its range.</exception>
    /// <exception cref="CheckpointException">The file is damaged or holds no NFNet.</exception>
    /// <exception cref="Hub.HubException">The hub does not give the model.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static ImageClassifier Load(string model, ImageClassifierOptions? options = null,
        ILogger<ImageClassifier>? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        options ??= new();
        options.Validate();
        return Create(model, options, logger, device =>
        {
            using var source = ModelSource.Open(model, options.Hub, options.Progress);
            return source.Load(new() { Config = options.Config, Device = device });
        });
    }

    /// <summary>Loads a classifier from an open checkpoint, such as an embedded resource.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and predicted; null: nobody.</param>
    /// <returns>The classifier. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    /// <exception cref="CheckpointException">The checkpoint holds no NFNet.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static ImageClassifier Load(ICheckpoint source, ImageClassifierOptions? options = null,
        ILogger<ImageClassifier>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new();
        options.Validate();
        return Create(source.Path, options, logger, device =>
            ModelSource.Load(source, new() { Config = options.Config, Device = device }));
    }

    /// <summary>Classifies a picture file.</summary>
    /// <param name="path">The file: PNG, JPEG, WebP, BMP or GIF.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    /// <exception cref="MediaException">The file is no picture, damaged, or larger than the limits.</exception>
    public IReadOnlyList<Prediction> Classify(string path, int? top = null) =>
        Classify(Picture.Open(path, limits), top);

    /// <summary>Classifies a picture from a stream.</summary>
    /// <param name="stream">The encoded picture; read to its end, not closed.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    /// <exception cref="MediaException">The stream is no picture, damaged, or larger than the limits.</exception>
    public IReadOnlyList<Prediction> Classify(Stream stream, int? top = null) =>
        Classify(Picture.Open(stream, limits), top);

    /// <summary>Classifies an encoded picture in memory.</summary>
    /// <param name="encoded">The bytes of a picture file.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    /// <exception cref="MediaException">The bytes are no picture, damaged, or larger than the limits.</exception>
    public IReadOnlyList<Prediction> Classify(ReadOnlySpan<byte> encoded, int? top = null) =>
        Classify(Picture.Open(encoded, limits), top);

    /// <summary>Classifies a decoded picture.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    public IReadOnlyList<Prediction> Classify(Picture picture, int? top = null) => Classify([picture], top)[0];

    /// <summary>Classifies several pictures, so many at once as the options say.</summary>
    /// <param name="pictures">Pictures of any sizes; none is allowed.</param>
    /// <param name="top">How many classes to return for each, 1 or more; null: as the options say.</param>
    /// <returns>For each picture, in order, its most probable classes, the best first.</returns>
    public IReadOnlyList<IReadOnlyList<Prediction>> Classify(IReadOnlyList<Picture> pictures, int? top = null)
    {
        var count = top ?? this.top;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(top));
        ImageClassifierOptions.Require(Config.Classes > 0, nameof(ImageClassifierOptions.Model),
            "a network with a classifier (use Embed for features)", Config.Name);
        var watch = Stopwatch.StartNew();
        var predictions = new List<IReadOnlyList<Prediction>>();
        foreach (var probabilities in Compute(pictures, x =>
        {
            using var logits = network.Forward(x);
            return logits.softmax(1);
        }))
        {
            predictions.Add(Best(probabilities, count));
        }

        LogClassified(logger, predictions.Count, watch.Elapsed.TotalMilliseconds);
        return predictions;
    }

    /// <summary>Classifies several picture files.</summary>
    /// <param name="paths">The files; at most a batch of them is held decoded.</param>
    /// <param name="top">How many classes to return for each, 1 or more; null: as the options say.</param>
    /// <returns>For each file, in order, its most probable classes, the best first.</returns>
    /// <exception cref="MediaException">A file is no picture, damaged, or larger than the limits.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> ClassifyFiles(IEnumerable<string> paths, int? top = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. paths.Chunk(batchSize).SelectMany(chunk =>
            Classify([.. chunk.Select(path => Picture.Open(path, limits))], top))];
    }

    /// <summary>The embedding of a picture file: the pooled features before the classifier.</summary>
    /// <param name="path">The file.</param>
    /// <returns>F numbers.</returns>
    /// <exception cref="MediaException">The file is no picture, damaged, or larger than the limits.</exception>
    public float[] Embed(string path) => Embed(Picture.Open(path, limits));

    /// <summary>The embedding of a decoded picture.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <returns>F numbers.</returns>
    public float[] Embed(Picture picture) => Embed([picture])[0];

    /// <summary>The embeddings of several pictures.</summary>
    /// <param name="pictures">Pictures of any sizes; none is allowed.</param>
    /// <returns>For each picture, in order, F numbers.</returns>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<Picture> pictures) => [.. Compute(pictures, network.Pooled)];

    /// <summary>Waits for predictions that run, then frees the network.</summary>
    public void Dispose()
    {
        life.EnterWriteLock();
        try
        {
            if (!disposed)
            {
                disposed = true;
                network.Dispose();
            }
        }
        finally
        {
            life.ExitWriteLock();
        }
    }

    private static ImageClassifier Create(
        string model, ImageClassifierOptions options, ILogger? logger,
        Func<Device, (NFNet Network, IReadOnlyList<string>? Labels)> load)
    {
        var watch = Stopwatch.StartNew();
        var device = Devices.Resolve(options.Device);
        Precisions.Require(options.Precision, device);
        var (network, labels) = load(device);
        using (network)
        {
            var classifier = new ImageClassifier(network, options, labels, logger);
            LogLoaded(classifier.logger, network.Config.Name, model, options.Precision, device.ToString(),
                watch.Elapsed.TotalMilliseconds);
            return classifier;
        }
    }

    private static IReadOnlyList<string>? LabelsOf(ImageClassifierOptions options, IReadOnlyList<string>? stored)
    {
        if (options.Labels is not null || options.LabelsFile is null)
        {
            return options.Labels ?? stored;
        }

        ImageClassifierOptions.Require(File.Exists(options.LabelsFile), nameof(options.LabelsFile),
            "a file that exists", options.LabelsFile);
        return [.. File.ReadLines(options.LabelsFile).Where(line => line.Length > 0)];
    }

    // The rows of what compute makes of each batch, [N, D] each.
    private List<float[]> Compute(IReadOnlyList<Picture> pictures, Func<Tensor, Tensor> compute)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        life.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var rows = new List<float[]>(pictures.Count);
            foreach (var chunk in pictures.Chunk(batchSize))
            {
                using var scope = NewDisposeScope();
                using var frozen = no_grad();
                var result = compute(transform.Apply(chunk, network.Device)).cpu();
                var width = (int)result.shape[1];
                var values = result.data<float>().ToArray();
                rows.AddRange(Enumerable.Range(0, chunk.Length).Select(n => values[(n * width)..((n + 1) * width)]));
            }

            return rows;
        }
        finally
        {
            life.ExitReadLock();
        }
    }

    private List<Prediction> Best(float[] probabilities, int count) =>
    [
        .. probabilities.Select((probability, index) => (probability, index))
            .OrderByDescending(p => p.probability).ThenBy(p => p.index)
            .Take(count).Select(p => new Prediction(p.index, Labels[p.index], p.probability)),
    ];

    [LoggerMessage(1, LogLevel.Information,
        "Loaded {Variant} from {Model} in {Precision} on {Device} in {Milliseconds:0} ms")]
    private static partial void LogLoaded(ILogger logger, string variant, string model, Precision precision,
        string device, double milliseconds);

    [LoggerMessage(2, LogLevel.Debug, "Classified {Pictures} pictures in {Milliseconds:0.0} ms")]
    private static partial void LogClassified(ILogger logger, int pictures, double milliseconds);
}
