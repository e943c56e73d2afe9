using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, N latents, D channels, H heads

/// <summary>A layer of the latent transformer, frozen: queries (with the scale), keys and values in one product.</summary>
internal sealed class FrozenSelfAttend : IDisposable
{
    private readonly FrozenNorm norm;
    private readonly FrozenLinear projection;
    private readonly FrozenLinear output;
    private readonly FrozenMlp? mlp;
    private readonly int heads;
    private readonly long queryKey;
    private readonly long value;

    /// <param name="layer">The trained layer.</param>
    /// <param name="precision">What products are computed in.</param>
    public FrozenSelfAttend(SelfAttend layer, Precision precision)
    {
        using var scope = NewDisposeScope();
        var attention = layer.Attention;
        (heads, queryKey, value) = (attention.Heads, attention.QueryKeyWidth, attention.ValueWidth);
        var scale = Math.Sqrt(heads / (double)queryKey);
        norm = new FrozenNorm(layer.Norm, precision.ToScalarType());
        projection = new FrozenLinear(
            cat([Fold.Wide(attention.Query.weight!).Times(scale), Fold.Wide(attention.Key.weight!), Fold.Wide(attention.Value.weight!)], 0),
            cat([Fold.Bias(attention.Query).Times(scale), Fold.Bias(attention.Key), Fold.Bias(attention.Value)], 0), precision);
        output = new FrozenLinear(attention.Output, precision);
        mlp = layer.Mlp is null ? null : new FrozenMlp(layer.MlpNorm!, layer.Mlp, precision);
    }

    /// <summary>The layer.</summary>
    /// <param name="x">[B, N, D] in 32-bit floats; not changed.</param>
    /// <returns>[B, N, D] in 32-bit floats. The caller disposes it.</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var joined = projection.Forward(norm.Apply(x));
        var heads = StreamedAttention.Attend(
            Split(joined, 0, queryKey), Split(joined, queryKey, queryKey), Split(joined, 2 * queryKey, value));
        joined.Dispose();
        var sum = output.ForwardPlus(heads, x);
        return (mlp is null ? sum : mlp.AddTo(sum)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        norm.Dispose();
        projection.Dispose();
        output.Dispose();
        mlp?.Dispose();
    }

    private Tensor Split(Tensor joined, long first, long width) =>
        joined.narrow(-1, first, width).unflatten(2, heads, width / heads).transpose(1, 2);
}
