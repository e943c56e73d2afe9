using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M rows and C channels of the byte array, N latents, D channels of a latent

/// <summary>The encoder, frozen. What shares weights in the trained one does so here.</summary>
internal sealed class FrozenEncoder : IDisposable
{
    private readonly Tensor latents;
    private readonly List<IDisposable> owned = [];
    private readonly List<(IFrozenCrossAttend? Cross, FrozenSelfAttend[] Layers)> blocks = [];

    /// <param name="config">The network.</param>
    /// <param name="initial">[N, D], the initial latents.</param>
    /// <param name="encoder">The trained encoder.</param>
    /// <param name="precision">What products are computed in.</param>
    public FrozenEncoder(PerceiverConfig config, Tensor initial, PerceiverEncoder encoder, Precision precision)
    {
        using var scope = NewDisposeScope();
        latents = initial.detach().to(ScalarType.Float32, copy: true).reshape(1, config.Latents, config.LatentChannels).DetachFromDisposeScope();
        Dictionary<CrossAttend, IFrozenCrossAttend> crosses = new(ReferenceEqualityComparer.Instance);
        Dictionary<SelfAttend, FrozenSelfAttend> layers = new(ReferenceEqualityComparer.Instance);
        for (var block = 0; block < config.Blocks; block++)
        {
            var cross = encoder.CrossAttendOf(block);
            var frozen = cross is null ? null : block == 0 ? Freeze(cross, config, latents, precision)
                : crosses.TryGetValue(cross, out var known) ? known : crosses[cross] = Freeze(cross, config, null, precision);
            blocks.Add((frozen, [.. encoder.LayersOf(block).Select(layer => layers.TryGetValue(layer, out var same) ? same
                : layers[layer] = Own(new FrozenSelfAttend(layer, precision)))]));
        }
    }

    /// <summary>Encodes.</summary>
    /// <param name="bytes">[B, M, C] in 32-bit floats; not changed.</param>
    /// <param name="mask">[B, M] of bool; null: all may be attended to.</param>
    /// <returns>[B, N, D] in 32-bit floats. The caller disposes it.</returns>
    public Tensor Forward(Tensor bytes, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var z = latents.alias();
        foreach (var (cross, layers) in blocks)
        {
            z = cross is null ? z : Next(z, cross.Forward(z, bytes, mask));
            foreach (var layer in layers)
            {
                z = Next(z, layer.Forward(z));
            }
        }

        return z.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        owned.ForEach(part => part.Dispose());
        latents.Dispose();
    }

    private IFrozenCrossAttend Freeze(CrossAttend cross, PerceiverConfig config, Tensor? constant, Precision precision) =>
        FoldedCrossAttend.Pays(cross, config.Latents)
            ? Own(new FoldedCrossAttend(cross, constant, config.MaskedRows, precision))
            : Own(new FrozenCrossAttend(cross, ManyRows, config.MaskedRows, precision, withMlp: true));

    // The encoder's contexts are long: folding on the side of its keys would make the longest products longer.
    private const long ManyRows = long.MaxValue >> 24;

    private T Own<T>(T part)
        where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    private static Tensor Next(Tensor before, Tensor after)
    {
        before.Dispose();
        return after;
    }
}
