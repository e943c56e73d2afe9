using System.Diagnostics;
using Deep.Media;
using Microsoft.Extensions.Logging;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// T tiles, h x w a tile in pixels

/// <summary>Estimates where each pixel of a picture goes in the next one: two pictures in, a flow field out.</summary>
/// <remarks>
/// Perceiver IO, section 4.2. Pictures of any size from one tile on are cut into overlapping tiles
/// (<see cref="FlowTiles"/>), and their flow is put together. Safe for use by many threads at once. Disposing waits for
/// calls that run; later ones throw <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class OpticalFlow : IDisposable
{
    private readonly ServedPerceiver served;
    private readonly OpticalFlowOptions options;

    /// <summary>An estimator on a copy of a network's weights.</summary>
    /// <param name="network">An optical-flow model, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the
    /// defaults.</param>
    /// <param name="logger">Told what is loaded and estimated; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network is no optical-flow
    /// model.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public OpticalFlow(Perceiver network, OpticalFlowOptions? options = null, ILogger<OpticalFlow>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.options = (OpticalFlowOptions)(options ?? new()).Copy();
        this.options.Validate();
        (TileHeight, TileWidth) = TaskShapes.FlowTileOf(network.Config);
        this.options.Check(this.options.MinOverlap < Math.Min(TileHeight, TileWidth),
            $"less than the sides of a tile, {TileWidth} x {TileHeight}", this.options.MinOverlap, nameof(options.MinOverlap));
        served = new ServedPerceiver(network, this.options, nameof(OpticalFlow), logger);
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config => served.Config;

    /// <summary>h, the least height of pictures.</summary>
    public int TileHeight { get; }

    /// <summary>w, the least width of pictures.</summary>
    public int TileWidth { get; }

    /// <summary>Loads an estimator.</summary>
    /// <param name="model">A checkpoint's path, <c>hf:owner/name[@revision]</c>, or a variant with published
    /// weights.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and estimated; null: nobody.</param>
    /// <returns>The estimator. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not found or is no optical-flow model, or an option is out
    /// of its range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The file is damaged or holds no Perceiver.</exception>
    /// <exception cref="Hub.HubException">The hub does not give the model.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static OpticalFlow Load(string model, OpticalFlowOptions? options = null, ILogger<OpticalFlow>? logger = null) =>
        ServedPerceiver.Load(model, options ??= new(), logger, (network, _) => new OpticalFlow(network, options, logger));

    /// <summary>Loads an estimator from an open checkpoint, such as an embedded resource.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and computed; null: nobody.</param>
    /// <returns>The estimator. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The model is not made for this, or an option is out of its
    /// range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The checkpoint holds no Perceiver.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static OpticalFlow Load(Checkpoints.ICheckpoint source, OpticalFlowOptions? options = null,
        ILogger<OpticalFlow>? logger = null) =>
        ServedPerceiver.Load(source, options ??= new(), logger,
            (network, _) => new OpticalFlow(network, options, logger));

    /// <summary>Estimates the flow between two picture files.</summary>
    /// <param name="first">The earlier picture.</param>
    /// <param name="second">The later picture, of the same size.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, after each batch of tiles; null: nobody.</param>
    /// <param name="cancellationToken">Ends it between two batches of tiles.</param>
    /// <returns>The flow from the first to the second, in pixels.</returns>
    /// <exception cref="MediaException">A file is no picture, damaged, or larger than the limits.</exception>
    /// <exception cref="ShapeException">The pictures are smaller than a tile, or their sizes differ.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FlowField Estimate(
        string first, string second, IProgress<double>? progress = null, CancellationToken cancellationToken = default) =>
        Estimate(Picture.Open(first, options.Limits), Picture.Open(second, options.Limits), progress, cancellationToken);

    /// <summary>Estimates the flow between two pictures.</summary>
    /// <param name="first">The earlier picture, of <see cref="TileWidth"/> x <see cref="TileHeight"/> pixels or
    /// more.</param>
    /// <param name="second">The later picture, of the same size.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, after each batch of tiles; null: nobody.</param>
    /// <param name="cancellationToken">Ends it between two batches of tiles.</param>
    /// <returns>The flow from the first to the second, in pixels.</returns>
    /// <exception cref="ShapeException">The pictures are smaller than a tile, or their sizes differ.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FlowField Estimate(
        Picture first, Picture second, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var watch = Stopwatch.StartNew();
        var tiles = FlowTiles.Of(first.Height, first.Width, TileHeight, TileWidth, options.MinOverlap);
        var flow = new List<float[]>(tiles.Corners.Count);
        foreach (var batch in Enumerable.Range(0, tiles.Corners.Count).Chunk(options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            flow.AddRange(served.Use(network =>
            {
                using var patches = FlowPatches.Of(first, second, tiles, batch, network.Device);
                var values = network.Forward(patches).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
                return values.Chunk(2 * TileHeight * TileWidth).ToArray();
            }));
            progress?.Report((double)flow.Count / tiles.Corners.Count);
        }

        var field = tiles.Stitch(flow, options.PixelsPerUnit);
        LogEstimated(served.Logger, first.Width, first.Height, flow.Count, watch.Elapsed.TotalMilliseconds);
        return field;
    }

    /// <summary>Estimates the flow from each frame of a clip to the next.</summary>
    /// <param name="clip">Two frames or more.</param>
    /// <param name="progress">Told the part that is done, 0 to 1; null: nobody.</param>
    /// <param name="cancellationToken">Ends it between two batches of tiles.</param>
    /// <returns>One field less than the clip has frames, each computed when it is asked for.</returns>
    /// <exception cref="ShapeException">The clip has one frame, or its frames are smaller than a tile.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IEnumerable<FlowField> Estimate(
        VideoClip clip, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clip);
        if (clip.Frames.Count < 2)
        {
            throw new ShapeException("Optical flow needs a clip of two frames or more, but this one has 1.");
        }

        FlowTiles.Of(clip.Height, clip.Width, TileHeight, TileWidth, options.MinOverlap);
        return Enumerable.Range(0, clip.Frames.Count - 1).Select(t =>
        {
            var field = Estimate(clip.Frames[t], clip.Frames[t + 1], progress: null, cancellationToken);
            progress?.Report((t + 1.0) / (clip.Frames.Count - 1));
            return field;
        });
    }

    /// <summary>Waits for calls that run, then frees the network.</summary>
    public void Dispose() => served.Dispose();

    [LoggerMessage(2, LogLevel.Debug, "Estimated the flow of {Width} x {Height} pixels in {Tiles} tiles in {Milliseconds:0} ms")]
    private static partial void LogEstimated(ILogger logger, int width, int height, int tiles, double milliseconds);
}
