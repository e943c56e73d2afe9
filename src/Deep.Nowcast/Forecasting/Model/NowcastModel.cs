using System.Diagnostics;
using Deep.Tensors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// M members, T frames, S steps, H x W cells, Z noise channels

/// <summary>DGMR as a forecaster: the last radar fields in, an ensemble of possible futures out.</summary>
/// <remarks>
/// Frames of any size, as <see cref="InferenceDgmr"/> takes them. Cells without observation are dry for the network and NaN
/// in the forecast; rain is 0 or more. A member follows from seed and number alone. <see cref="NowcastOptions.ZScale"/> and <see cref="NowcastOptions.FieldGamma"/> are the two parts of the paper's
/// recalibration. Safe for use by many threads at once. Disposing waits for forecasts that run; later ones throw
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class NowcastModel : INowcaster, IDisposable
{
    // Places of chance beside the steps of a member, which are 0 and more.
    private const int LatentPlace = -2;
    private const int FieldPlace = -3;
    private readonly InferenceDgmr network;
    private readonly NowcastModelOptions options;
    private readonly ILogger logger;
    private readonly Device device;
    private readonly ReaderWriterLockSlim life = new();
    private bool disposed;

    /// <summary>A forecaster on a frozen copy of a network's weights.</summary>
    /// <param name="network">The generator, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the defaults.</param>
    /// <param name="logger">Told what is loaded and forecast; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network takes other channels than
    /// rain.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public NowcastModel(Dgmr network, NowcastModelOptions? options = null, ILogger<NowcastModel>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.options = (options ?? new()).Copy();
        this.options.Validate();
        Require.That(network.Config.InputChannels == 1, "DgmrConfig.InputChannels", "1 (rain) for forecasts of radar fields",
            network.Config.InputChannels);
        this.logger = logger ?? (ILogger)NullLogger.Instance;
        device = network.Sampler.Norm.Weight.device;
        this.network = network.ForInference(new() { Precision = this.options.Precision, WorkingMemory = this.options.WorkingMemory });
    }

    /// <summary>Loads a forecaster.</summary>
    /// <param name="model">A checkpoint's path: a file with its configuration in it, or openclimatefix's folder with
    /// <c>config.json</c>.</param>
    /// <param name="options">How to load and compute; null: the defaults.</param>
    /// <param name="logger">Told what is loaded and forecast; null: nobody.</param>
    /// <returns>The forecaster. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">There is no such model, or an option is out of its range.</exception>
    /// <exception cref="Checkpoints.CheckpointException">The file is damaged or holds another network.</exception>
    /// <exception cref="DeviceException">The device or the precision is not there.</exception>
    public static NowcastModel Load(string model, NowcastModelOptions? options = null, ILogger<NowcastModel>? logger = null)
    {
        options ??= new();
        options.Validate();
        var watch = Stopwatch.StartNew();
        Require.That(File.Exists(model) || Directory.Exists(model), "NowcastModelOptions.Model", "a checkpoint, or a folder with one", $"'{model}'");
        using var network = Dgmr.Load(model, options.Config, Devices.Resolve(options.Device));
        var loaded = new NowcastModel(network, options, logger);
        LogLoaded(loaded.logger, network.Config.Name, model, loaded.device.ToString(), watch.Elapsed.TotalMilliseconds);
        return loaded;
    }

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <summary>What the network was built from.</summary>
    public DgmrConfig Config => network.Config;

    /// <summary>The cadence of observations that is asked for; null: any.</summary>
    public TimeSpan? Cadence => options.Cadence;

    /// <inheritdoc/>
    /// <remarks>More steps than the network was trained for go on with its recurrence.</remarks>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public NowcastEnsemble Forecast(RadarSequence past, NowcastOptions? options = null,
        IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        options = ForecastInput.Check(Name, past, Config.ContextFrames, options);
        Require.That(this.options.Cadence is null || this.options.Cadence == past.Cadence, "RadarSequence.Cadence",
            $"{this.options.Cadence}, which the model was trained for (NowcastModelOptions.Cadence)", past.Cadence);
        life.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var watch = Stopwatch.StartNew();
            var forecast = Compute(past, options, progress, cancellation);
            LogForecast(logger, options.Members, options.Steps, past.Grid.Width, past.Grid.Height, watch.Elapsed.TotalMilliseconds);
            return forecast;
        }
        finally
        {
            life.ExitReadLock();
        }
    }

    /// <summary>Waits for forecasts that run, then frees the network.</summary>
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

    private NowcastEnsemble Compute(
        RadarSequence past, NowcastOptions wanted, IProgress<NowcastProgress>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (past.Grid.Height, past.Grid.Width);
        var context = past.Slice(past.Count - Config.ContextFrames, Config.ContextFrames).ToTensor().to(device);
        var values = new float[wanted.Members * wanted.Steps * height * width];
        for (var first = 0; first < wanted.Members; first += options.MembersAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            using var part = NewDisposeScope();
            var count = Math.Min(options.MembersAtOnce, wanted.Members - first);
            var own = wanted.FieldGamma > 0 ? Scaled(context, wanted, first, count) : context;
            var rain = network.Forecast(own, Noise(height, width, wanted, first, count), wanted.Steps, null, cancellation);
            rain.cpu().contiguous().data<float>().ToArray().CopyTo(values.AsSpan(first * wanted.Steps * height * width));
            progress?.Report(new(first + count, wanted.Members, "members"));
        }

        return new(values, wanted.Members, past.Grid, past.End, past.Cadence);
    }

    // [count, Z, H / 32, W / 32], rounded up
    private Tensor Noise(int height, int width, NowcastOptions wanted, int first, int count)
    {
        const int stride = DgmrConfig.LatentStride;
        long[] shape = [count, Config.NoiseChannels, (height + stride - 1) / stride, (width + stride - 1) / stride];
        var one = (int)(shape[1] * shape[2] * shape[3]);
        var values = Enumerable.Range(first, count).SelectMany(m => new NormalNoise(wanted.Seed, m, LatentPlace).Field(one)).ToArray();
        return tensor(values, shape).Times(wanted.ZScale).to(device);
    }

    // [count, T, 1, H, W]: each member's own input.
    private Tensor Scaled(Tensor context, NowcastOptions wanted, int first, int count)
    {
        var factors = Enumerable.Range(first, count)
            .Select(m => (float)GammaVariable.Draw(wanted.FieldGamma, new NormalNoise(wanted.Seed, m, FieldPlace))).ToArray();
        return context.unsqueeze(0) * tensor(factors).to(device).view(-1, 1, 1, 1, 1);
    }

    [LoggerMessage(1, LogLevel.Information, "Loaded {Variant} from {Model} on {Device} in {Milliseconds:0} ms")]
    private static partial void LogLoaded(ILogger logger, string variant, string model, string device, double milliseconds);

    [LoggerMessage(2, LogLevel.Debug,
        "Forecast {Members} members of {Steps} steps on {Width} x {Height} cells in {Milliseconds:0} ms")]
    private static partial void LogForecast(ILogger logger, int members, int steps, int width, int height, double milliseconds);
}
