using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Layer normalization in 32-bit floats whose result is in the network's precision.</summary>
internal sealed class FrozenNorm : IDisposable
{
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly long[] channels;
    private readonly ScalarType type;

    /// <param name="norm">The trained layer.</param>
    /// <param name="type">The dtype of results.</param>
    public FrozenNorm(LayerNorm norm, ScalarType type)
    {
        weight = norm.weight!.detach().to(ScalarType.Float32, copy: true).DetachFromDisposeScope();
        bias = norm.bias!.detach().to(ScalarType.Float32, copy: true).DetachFromDisposeScope();
        (channels, this.type) = (weight.shape, type);
    }

    /// <summary>The normalized rows.</summary>
    /// <param name="x">[..., C] in 32-bit floats.</param>
    /// <returns>[..., C]. The caller disposes it.</returns>
    public Tensor Apply(Tensor x) => As(nn.functional.layer_norm(x, channels, weight, bias), type);

    /// <summary>The normalized rows without scale and shift, which the next layer's weights carry.</summary>
    public static Tensor Bare(Tensor x, ScalarType type) => As(nn.functional.layer_norm(x, [x.shape[^1]]), type);

    public void Dispose()
    {
        weight.Dispose();
        bias.Dispose();
    }

    private static Tensor As(Tensor x, ScalarType type)
    {
        if (x.dtype == type)
        {
            return x;
        }

        using (x)
        {
            return x.to_type(type);
        }
    }
}
