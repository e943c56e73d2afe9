using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>The kernel-exact rescaling of one layer's rows, which takes the place of D.</summary>
/// <remarks>Computed when first asked for, and anew for twice the positions when asked for more: a longer kernel only adds to a shorter one.</remarks>
internal sealed class SpaRescaling
{
    private readonly Factors factors;
    private readonly int layer;

    private SpaRescaling(Factors factors, int layer) => (this.factors, this.layer) = (factors, layer);

    /// <summary>The layers' factors; null where the published D is used.</summary>
    public static IReadOnlyList<SpaRescaling>? Of(VanillaTransformerConfig config, IReadOnlyList<SpaLayer>? layers)
    {
        if (layers is null || config.Block.Spa!.Rescale == SpaRescale.Published)
        {
            return null;
        }

        var shared = new Factors(config, layers);
        return [.. Enumerable.Range(0, config.Layers).Select(layer => new SpaRescaling(shared, layer))];
    }

    /// <summary>The factors of all layers for the first positions of a model; null where the published D is used.</summary>
    public static IReadOnlyList<double[]>? Of(VanillaTransformerConfig config, IReadOnlyList<SpaLayer> layers, int length) =>
        config.Block.Spa!.Rescale == SpaRescale.Published ? null : new Factors(config, layers).Of(length);

    /// <summary>The factors of some queries.</summary>
    /// <returns>[count]. The caller disposes it.</returns>
    public Tensor Rows(long first, long count, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        return tensor(factors.Of((int)(first + count))[layer][(int)first..(int)(first + count)]).to(type, device).MoveToOuterDisposeScope();
    }

    private sealed class Factors
    {
        private readonly VanillaTransformerConfig config;
        private readonly KernelPropagation theory;
        private readonly Lock gate = new();
        private IReadOnlyList<double[]> known = [];

        public Factors(VanillaTransformerConfig config, IReadOnlyList<SpaLayer> layers)
        {
            var activation = TailoredLeakyRelu.ForChain(config.ActivationsOnPath, config.Block.Activation.Eta);
            var perBlock = config.ActivationsOnPath / config.Layers;
            this.config = config;
            theory = new KernelPropagation(layers, activation.CorrelationMap, perBlock, SpaRescale.KernelExact);
        }

        // Of every layer, for as many positions or more.
        public IReadOnlyList<double[]> Of(int positions)
        {
            lock (gate)
            {
                var have = known.Count == 0 ? 0 : known[0].Length;
                if (have < positions)
                {
                    var length = positions <= config.Length ? config.Length : Math.Max(positions, 2 * have);
                    known = theory.ExactRescaling(InputKernel.Of(config, length));
                }

                return known;
            }
        }
    }
}
