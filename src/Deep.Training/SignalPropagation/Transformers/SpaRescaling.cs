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

        var activation = TailoredLeakyRelu.ForChain(config.ActivationsOnPath, config.Block.Activation.Eta);
        var perBlock = config.ActivationsOnPath / config.Layers;
        var theory = new KernelPropagation(layers, activation.CorrelationMap, perBlock, SpaRescale.KernelExact);
        var shared = new Factors(theory, config.Length);
        return [.. Enumerable.Range(0, config.Layers).Select(layer => new SpaRescaling(shared, layer))];
    }

    /// <summary>The factors of some queries.</summary>
    /// <returns>[count]. The caller disposes it.</returns>
    public Tensor Rows(long first, long count, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        return tensor(factors.Of(layer, (int)(first + count))[(int)first..(int)(first + count)]).to(type, device).MoveToOuterDisposeScope();
    }

    private sealed class Factors(KernelPropagation theory, int length)
    {
        private readonly Lock gate = new();
        private IReadOnlyList<double[]> known = [];

        public double[] Of(int layer, int positions)
        {
            lock (gate)
            {
                var have = known.Count == 0 ? 0 : known[0].Length;
                if (have < positions)
                {
                    known = theory.ExactRescaling(positions <= length ? length : Math.Max(positions, 2 * have));
                }

                return known[layer];
            }
        }
    }
}
