using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// C channels, H hidden channels

/// <summary>The MLP of a block, frozen: GELU runs in the first product, the residual sum in the second.</summary>
internal sealed class FrozenMlp : IDisposable
{
    private readonly FrozenNorm norm;
    private readonly FrozenLinear expand;
    private readonly FrozenLinear? contract;
    private readonly FusedActivation gelu;
    private readonly bool gated;

    /// <param name="norm">The normalization before it.</param>
    /// <param name="mlp">The trained MLP.</param>
    /// <param name="precision">What products are computed in.</param>
    /// <param name="withContract">False: only <see cref="Hidden"/> is wanted.</param>
    public FrozenMlp(LayerNorm norm, PerceiverMlp mlp, Precision precision, bool withContract = true)
    {
        this.norm = new FrozenNorm(norm, precision.ToScalarType());
        gelu = mlp.Gelu == GeluForm.Tanh ? FusedActivation.GeluTanh : FusedActivation.Gelu;
        gated = mlp.Gated;
        expand = new FrozenLinear(mlp.Expand, precision, gated ? FusedActivation.None : gelu);
        contract = withContract ? new FrozenLinear(mlp.Contract, precision) : null;
    }

    /// <summary>x + MLP(LN(x)).</summary>
    /// <param name="x">[..., C] in 32-bit floats; not changed.</param>
    /// <returns>[..., C] in 32-bit floats. The caller disposes it.</returns>
    public Tensor AddTo(Tensor x)
    {
        using var hidden = Hidden(x);
        return contract!.ForwardPlus(hidden, x);
    }

    /// <summary>The hidden layer of LN(x).</summary>
    /// <returns>[..., H] in the network's precision. The caller disposes it.</returns>
    public Tensor Hidden(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = expand.Forward(norm.Apply(x));
        if (gated)
        {
            var halves = hidden.chunk(2, -1);
            hidden = halves[0].mul(ResidualJoin.Apply(gelu, halves[1].contiguous()));
        }

        return hidden.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        norm.Dispose();
        expand.Dispose();
        contract?.Dispose();
    }
}
