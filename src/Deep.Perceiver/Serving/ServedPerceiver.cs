using System.Diagnostics;
using Deep.Checkpoints;
using Deep.Tensors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>A frozen network that many threads compute with until it is disposed.</summary>
/// <remarks>Disposing waits for computations that run; later ones throw <see cref="ObjectDisposedException"/>.</remarks>
internal sealed partial class ServedPerceiver : IDisposable
{
    private readonly InferencePerceiver network;
    private readonly string owner;
    private readonly ReaderWriterLockSlim life = new();
    private bool disposed;

    /// <summary>A frozen copy of a network.</summary>
    /// <param name="source">The network; it stays the caller's.</param>
    /// <param name="options">How to compute.</param>
    /// <param name="owner">Whom a use after disposal names.</param>
    /// <param name="logger">Told what happens; null: nobody.</param>
    public ServedPerceiver(Perceiver source, PerceiverOptions options, string owner, ILogger? logger)
    {
        this.owner = owner;
        Logger = logger ?? NullLogger.Instance;
        network = source.ForInference(new() { Precision = options.Precision });
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config => network.Config;

    /// <summary>Told what happens.</summary>
    public ILogger Logger { get; }

    /// <summary>Finds a model, loads its network and makes a facade of it.</summary>
    public static T Load<T>(string model, PerceiverOptions options, ILogger? logger, Func<Perceiver, IReadOnlyList<string>?, T> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        options.Validate();
        var device = DeviceOf(options);
        using var source = PerceiverPretrained.Open(model, options.Hub, options.Progress);
        return Load(source, model, device, options, logger, make);
    }

    /// <summary>Loads the network of an open checkpoint and makes a facade of it.</summary>
    public static T Load<T>(ICheckpoint source, PerceiverOptions options, ILogger? logger, Func<Perceiver, IReadOnlyList<string>?, T> make)
    {
        ArgumentNullException.ThrowIfNull(source);
        options.Validate();
        return Load(source, source.Path, DeviceOf(options), options, logger, make);
    }

    /// <summary>Computes with the network; what is made of tensors stays within the call.</summary>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    public T Use<T>(Func<InferencePerceiver, T> compute)
    {
        life.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(disposed, owner);
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            return compute(network);
        }
        finally
        {
            life.ExitReadLock();
        }
    }

    /// <inheritdoc/>
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

    private static Device DeviceOf(PerceiverOptions options)
    {
        var device = Devices.Resolve(options.Device);
        Precisions.Require(options.Precision, device);
        return device;
    }

    private static T Load<T>(ICheckpoint source, string model, Device device, PerceiverOptions options, ILogger? logger,
        Func<Perceiver, IReadOnlyList<string>?, T> make)
    {
        var watch = Stopwatch.StartNew();
        using var network = PerceiverCheckpoint.Load(source, new() { Config = options.Config, Device = device });
        var facade = make(network, PerceiverCheckpoint.LabelsOf(source));
        LogLoaded(logger ?? NullLogger.Instance, typeof(T).Name, network.Config.Name, model, options.Precision,
            device.ToString(), watch.Elapsed.TotalMilliseconds);
        return facade;
    }

    [LoggerMessage(1, LogLevel.Information,
        "Loaded {Facade} with {Variant} from {Model} in {Precision} on {Device} in {Milliseconds:0} ms")]
    private static partial void LogLoaded(ILogger logger, string facade, string variant, string model, Precision precision,
        string device, double milliseconds);
}
