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
/// Frames of any size: they are padded with dry cells to multiples of 32, and the padding is cut off again. Cells without
/// observation are dry for the network and NaN in the forecast; rain is 0 or more. A member follows from seed and number
/// alone. <see cref="NowcastOptions.ZScale"/> and <see cref="NowcastOptions.FieldGamma"/> are the two parts of the paper's
/// recalibration. Safe for use by many threads at once. Disposing waits for forecasts that run; later ones throw
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed partial class NowcastModel : INowcaster, IDisposable
{
    // Places of chance beside the steps of a member, which are 0 and more.
    private const int LatentPlace = -2;
    private const int FieldPlace = -3;
    private readonly Dgmr network;
    private readonly NowcastModelOptions options;
    private readonly ILogger logger;
    private readonly ReaderWriterLockSlim life = new();
    private bool disposed;

    /// <summary>A forecaster on a copy of a network's weights.</summary>
    /// <param name="network">The generator, in any mode; it stays the caller's.</param>
    /// <param name="options">How to compute; model, configuration and device are the network's. Null: the defaults.</param>
    /// <param name="logger">Told what is loaded and forecast; null: nobody.</param>
    /// <exception cref="ConfigurationException">An option is out of its range, or the network takes other channels than
    /// rain.</exception>
    public NowcastModel(Dgmr network, NowcastModelOptions? options = null, ILogger<NowcastModel>? logger = null)
        : this(CopyOf(network), options ?? new(), (ILogger?)logger)
    {
    }

    // The network is this object's own from here on.
    private NowcastModel(Dgmr network, NowcastModelOptions options, ILogger? logger)
    {
        try
        {
            options.Validate();
            Require.That(network.Config.InputChannels == 1, "DgmrConfig.InputChannels", "1 (rain) for forecasts of radar fields",
                network.Config.InputChannels);
        }
        catch
        {
            network.Dispose();
            throw;
        }

        (this.network, this.options, this.logger) = (network, options.Copy(), logger ?? NullLogger.Instance);
        network.eval();
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
        using var frozen = no_grad();
        var padding = new FramePadding(past.Grid.Height, past.Grid.Width);
        var device = network.Sampler.Norm.Weight.device;
        var context = padding.Pad(past.Slice(past.Count - Config.ContextFrames, Config.ContextFrames).ToTensor()).to(device);
        var states = wanted.FieldGamma > 0 ? null : network.Conditioning.forward(context);
        var cells = past.Grid.Height * past.Grid.Width;
        var values = new float[wanted.Members * wanted.Steps * cells];
        var unknown = Array.ConvertAll(past.Fields[^1].Values, float.IsNaN);
        for (var first = 0; first < wanted.Members; first += options.MembersAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(options.MembersAtOnce, wanted.Members - first);
            using var part = NewDisposeScope();
            var (noise, own) = (Noise(padding, wanted, first, count).to(device), states ?? Scaled(context, wanted, first, count));
            var shared = count == own[0].shape[0] ? own : [.. own.Select(state => state.expand(count, -1, -1, -1))];
            var frames = network.Sampler.Sample(shared, network.Latent.forward(noise), wanted.Steps);
            Keep(padding.Crop(frames).to(ScalarType.Float32).clamp_min(0).cpu().contiguous(), unknown,
                values.AsSpan(first * wanted.Steps * cells));
            progress?.Report(new(first + count, wanted.Members, "members"));
        }

        return new(values, wanted.Members, past.Grid, past.End, past.Cadence);
    }

    // [count, Z, H' / 32, W' / 32]
    private Tensor Noise(FramePadding padding, NowcastOptions wanted, int first, int count)
    {
        long[] shape =
        [
            count, Config.NoiseChannels, padding.PaddedHeight / DgmrConfig.LatentStride, padding.PaddedWidth / DgmrConfig.LatentStride,
        ];
        var one = (int)(shape[1] * shape[2] * shape[3]);
        var values = Enumerable.Range(first, count).SelectMany(m => new NormalNoise(wanted.Seed, m, LatentPlace).Field(one)).ToArray();
        return tensor(values, shape).Times(wanted.ZScale);
    }

    private IReadOnlyList<Tensor> Scaled(Tensor context, NowcastOptions wanted, int first, int count)
    {
        using var scope = NewDisposeScope();
        var factors = Enumerable.Range(first, count)
            .Select(m => (float)GammaVariable.Draw(wanted.FieldGamma, new NormalNoise(wanted.Seed, m, FieldPlace))).ToArray();
        var scaled = context * tensor(factors).to(context.device).view(-1, 1, 1, 1, 1);
        return [.. network.Conditioning.forward(scaled).Select(state => state.MoveToOuterDisposeScope())];
    }

    private static void Keep(Tensor frames, bool[] unknown, Span<float> target)
    {
        frames.data<float>().ToArray().CopyTo(target);
        for (var i = 0; i < frames.numel(); i++)
        {
            if (unknown[i % unknown.Length])
            {
                target[i] = float.NaN;
            }
        }
    }

    private static Dgmr CopyOf(Dgmr network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var copy = Dgmr.Uninitialized(network.Config, network.Sampler.Norm.Weight.device);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var source = network.state_dict();
        foreach (var (name, target) in copy.state_dict())
        {
            target.copy_(source[name]);
        }

        return copy;
    }

    [LoggerMessage(1, LogLevel.Debug,
        "Forecast {Members} members of {Steps} steps on {Width} x {Height} cells in {Milliseconds:0} ms")]
    private static partial void LogForecast(ILogger logger, int members, int steps, int width, int height, double milliseconds);
}
