using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// Q queries, E channels of a query, H hidden channels, K channels of an output

/// <summary>What follows attention in a decoder, frozen: the MLP and the linear layers behind it, whose weights are folded into one.</summary>
/// <remarks>
/// (x + h Wc' + c) Wo' + o = x Wo' + h (Wo Wc)' + a constant: the hidden layer h goes to the K outputs directly, which is cheaper
/// than to E channels first where K is smaller.
/// </remarks>
internal sealed class FrozenReadout : IDisposable
{
    private readonly FrozenMlp? mlp;
    private readonly FrozenLinear? direct;
    private readonly FrozenLinear? hidden;

    /// <param name="cross">The trained cross-attend.</param>
    /// <param name="layers">Linear layers behind it, in their order; none: the output is the MLP's.</param>
    /// <param name="scale">A factor of the outputs.</param>
    /// <param name="precision">What products are computed in; those of the outputs are in 32-bit floats.</param>
    public FrozenReadout(CrossAttend cross, IReadOnlyList<Linear> layers, double scale, Precision precision)
    {
        using var scope = NewDisposeScope();
        if (layers.Count == 0)
        {
            mlp = cross.Mlp is null ? null : new FrozenMlp(cross.MlpNorm!, cross.Mlp, precision);
            return;
        }

        var (weight, bias) = (Fold.Wide(layers[0].weight!), Fold.Bias(layers[0]));
        foreach (var layer in layers.Skip(1))
        {
            var next = Fold.Wide(layer.weight!);
            (weight, bias) = (next.mm(weight), Fold.Apply(next, bias).Plus(Fold.Bias(layer)));
        }

        (weight, bias) = (weight.Times(scale), bias.Times(scale));
        var folds = cross.Mlp is not null && weight.size(0) < weight.size(1);
        mlp = cross.Mlp is null ? null : new FrozenMlp(cross.MlpNorm!, cross.Mlp, precision, withContract: !folds);
        if (folds)
        {
            hidden = new FrozenLinear(weight.mm(Fold.Wide(cross.Mlp!.Contract.weight!)), null, Precision.Float32);
            bias = bias.Plus(Fold.Apply(weight, Fold.Bias(cross.Mlp.Contract)));
        }

        direct = new FrozenLinear(weight, bias, Precision.Float32);
    }

    /// <summary>Outputs of rows.</summary>
    /// <param name="x">[B, Q, E] in 32-bit floats; not changed.</param>
    /// <returns>[B, Q, K] in 32-bit floats; x itself where there is nothing to do. The caller disposes it.</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (hidden is not null)
        {
            return hidden.ForwardPlus(mlp!.Hidden(x).to_type(ScalarType.Float32), direct!.Forward(x)).MoveToOuterDisposeScope();
        }

        var rows = mlp?.AddTo(x) ?? x.alias();
        return (direct?.Forward(rows) ?? rows).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        mlp?.Dispose();
        direct?.Dispose();
        hidden?.Dispose();
    }
}
