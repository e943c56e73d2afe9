using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Weights multiplied into each other once, in 64-bit floats, so that the product of layers is one layer.</summary>
internal static class Fold
{
    /// <summary>A parameter in 64-bit floats, without gradient.</summary>
    public static Tensor Wide(Tensor weight) => weight.detach().to(ScalarType.Float64);

    /// <summary>A bias in 64-bit floats, or zeros.</summary>
    public static Tensor Bias(Linear linear) => linear.bias is { } bias ? Wide(bias) : zeros(linear.weight!.size(0), ScalarType.Float64, linear.weight.device);

    /// <summary>A linear layer behind the scale and shift of a normalization, as weight and bias: W diag(g) and W b + c.</summary>
    public static (Tensor Weight, Tensor Bias) Behind(LayerNorm norm, Linear linear)
    {
        var weight = Wide(linear.weight!);
        return (weight.mul(Wide(norm.weight!)), Apply(weight, Wide(norm.bias!)).Plus(Bias(linear)));
    }

    /// <summary>W v.</summary>
    public static Tensor Apply(Tensor weight, Tensor vector) => weight.mm(vector.unsqueeze(1)).squeeze(1);
}
