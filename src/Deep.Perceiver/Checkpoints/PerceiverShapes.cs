using System.Runtime.InteropServices;
using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Our names and shapes of a network, without its memory.</summary>
internal static class PerceiverShapes
{
    private const long MostLayers = 100_000;

    /// <summary>The weights of a configuration, in the order of the state dict.</summary>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static IReadOnlyDictionary<string, long[]> Of(PerceiverConfig config)
    {
        using var scope = NewDisposeScope();
        using var network = Perceiver.Uninitialized(config, META);
        return WeightsOf(network).ToDictionary(pair => pair.Key, pair => pair.Value.shape);
    }

    /// <summary>Parameters and averages; counters of batches are left out, for no checkpoint needs them.</summary>
    public static IReadOnlyDictionary<string, Tensor> WeightsOf(Perceiver network) => network.state_dict()
        .Where(pair => !pair.Key.EndsWith(".num_batches_tracked", StringComparison.Ordinal)).ToDictionary();

    /// <summary>
    /// Throws where a configuration that a file says is far larger than the file, before memory is taken for it.
    /// </summary>
    /// <exception cref="CheckpointException">It is, or its sizes overflow.</exception>
    public static void RequireBounded(PerceiverConfig config, ICheckpoint source)
    {
        var layers = ((long)config.DistinctBlocks * config.LayersPerBlock) + config.DistinctCrossAttends
            + ((config.Preprocessor as ConvConfig)?.Layers ?? 0);
        if (layers > source.Tensors.Count || (long)config.Blocks * config.LayersPerBlock > MostLayers)
        {
            throw new CheckpointException(source.Path, null,
                $"says a network of {layers} layers passed {config.Blocks} times, but has {source.Tensors.Count} tensors");
        }

        try
        {
            var needed = Of(config).Values.Sum(shape => shape.Aggregate(1m, (product, size) => product * size));
            var stored = source.Tensors.Values.Sum(info => info.Shape.Aggregate(1m, (product, size) => product * size));
            if (needed > (2 * stored) + 1_000_000)
            {
                throw new CheckpointException(source.Path, null, $"says a network of {needed} weights, but has {stored}");
            }
        }
        catch (Exception error) when (error is ExternalException or ArgumentException or OverflowException)
        {
            throw new CheckpointException(source.Path, null, "says a network whose sizes overflow", error);
        }
    }
}
