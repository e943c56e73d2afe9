using System.Diagnostics;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// N clouds, M points, K classes

/// <summary>Names what point clouds and surfaces are: points in, labels with probabilities out.</summary>
/// <remarks>
/// Perceiver, section 4.3: clouds are brought to mean zero and the unit cube. Safe for use by many threads at once.
/// Disposing waits for predictions that run; later ones throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class PointCloudClassifier : IDisposable
{
    private readonly ServedPerceiver served;
    private readonly PointCloudClassifierOptions options;

    /// <summary>A classifier on a copy of a network's weights.</summary>
    /// <param name="network">A classifier of points in space, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the
    /// defaults.</param>
    /// <param name="logger">Told what is loaded and predicted; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network takes no points or has no
    /// classes.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public PointCloudClassifier(Perceiver network, PointCloudClassifierOptions? options = null,
        ILogger<PointCloudClassifier>? logger = null)
        : this(network, options ?? new(), labels: null, logger)
    {
    }

    private PointCloudClassifier(Perceiver network, PointCloudClassifierOptions options,
        IReadOnlyList<string>? labels, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(network);
        options.Validate();
        this.options = (PointCloudClassifierOptions)options.Copy();
        TaskShapes.RequirePoints(network.Config);
        Labels = ClassLabels.Of(
            options, TaskShapes.ClassesOf(network.Config), options.Labels, options.LabelsFile, labels);
        served = new ServedPerceiver(network, options, nameof(PointCloudClassifier), logger);
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config => served.Config;

    /// <summary>The labels of the K classes, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Loads a classifier.</summary>
    /// <param name="model">A checkpoint's path or <c>hf:owner/name[@revision]</c>.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and predicted; null: nobody.</param>
    /// <returns>The classifier. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not found or classifies no points, or an option is out of
    /// its range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The file is damaged or holds no Perceiver.</exception>
    /// <exception cref="Hub.HubException">The hub does not give the model.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static PointCloudClassifier Load(string model, PointCloudClassifierOptions? options = null,
        ILogger<PointCloudClassifier>? logger = null) =>
        ServedPerceiver.Load(model, options ??= new(), logger,
            (network, labels) => new PointCloudClassifier(network, options, labels, logger));

    /// <summary>Loads a classifier from an open checkpoint, such as an embedded resource.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and computed; null: nobody.</param>
    /// <returns>The classifier. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not made for this, or an option is out of its
    /// range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The checkpoint holds no Perceiver.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static PointCloudClassifier Load(Checkpoints.ICheckpoint source, PointCloudClassifierOptions? options = null,
        ILogger<PointCloudClassifier>? logger = null) =>
        ServedPerceiver.Load(source, options ??= new(), logger,
            (network, labels) => new PointCloudClassifier(network, options, labels, logger));

    /// <summary>Classifies a surface by points sampled evenly over it.</summary>
    /// <param name="mesh">The surface.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <param name="seed">Which points are sampled.</param>
    /// <returns>The most probable classes, the best first.</returns>
    /// <exception cref="ShapeException">The surface has no area.</exception>
    public IReadOnlyList<Prediction> Classify(TriangleMesh mesh, int? top = null, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        return Classify(mesh.Sample(options.Points, seed), top);
    }

    /// <summary>Classifies a cloud.</summary>
    /// <param name="cloud">Points anywhere in space.</param>
    /// <param name="top">How many classes to return, 1 or more; null: as the options say.</param>
    /// <returns>The most probable classes, the best first.</returns>
    public IReadOnlyList<Prediction> Classify(PointCloud cloud, int? top = null) => Classify([cloud], top)[0];

    /// <summary>Classifies several clouds, so many at once as the options say.</summary>
    /// <param name="clouds">N clouds; none is allowed.</param>
    /// <param name="top">How many classes to return for each, 1 or more; null: as the options say.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>For each cloud, in order, its most probable classes, the best first.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> Classify(
        IReadOnlyList<PointCloud> clouds, int? top = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clouds);
        var count = top ?? options.Top;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(top));
        var watch = Stopwatch.StartNew();
        var predictions = new List<IReadOnlyList<Prediction>>(clouds.Count);
        foreach (var batch in clouds.Chunk(options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            predictions.AddRange(served.Use(network =>
            {
                var points = stack([.. batch.Select(cloud =>
                    cloud.Take(options.Points).Normalise().ToTensor(network.Device))]);
                return ClassLabels.Best(network.Forward(points), Labels, count);
            }));
        }

        LogClassified(served.Logger, predictions.Count, watch.Elapsed.TotalMilliseconds);
        return predictions;
    }

    /// <summary>Waits for predictions that run, then frees the network.</summary>
    public void Dispose() => served.Dispose();

    [LoggerMessage(2, LogLevel.Debug, "Classified {Clouds} point clouds in {Milliseconds:0.0} ms")]
    private static partial void LogClassified(ILogger logger, int clouds, double milliseconds);
}
