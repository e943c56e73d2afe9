using Deep.Nn;
using static TorchSharp.torch;

namespace Deep.NFNets;

// N batch, I inputs, O outputs

/// <summary>A fully connected layer with frozen weights, as a packed 1 x 1 convolution: faster than a product for a few rows.</summary>
internal sealed class FrozenPointwise : IDisposable
{
    private readonly PackedConvolution convolution;

    /// <param name="weight">[O, I] or [O, I, 1, 1].</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="activation">Stands after it.</param>
    /// <param name="options">How to freeze.</param>
    public FrozenPointwise(Tensor weight, Tensor? bias, FusedActivation activation, InferenceOptions options)
    {
        using var filters = weight.detach().reshape(weight.shape[0], weight.shape[1], 1, 1);
        convolution = options.Fused
            ? new PackedConvolution(filters, bias, null, activation, options.Precision)
            : PackedConvolution.Plain(filters, bias, null, activation, options.Precision);
    }

    /// <summary>activation(x * weight' + bias).</summary>
    /// <param name="x">[N, I, 1, 1].</param>
    /// <returns>[N, O, 1, 1]. The caller disposes it.</returns>
    public Tensor Forward(Tensor x) => convolution.Forward(x);

    public void Dispose() => convolution.Dispose();
}
