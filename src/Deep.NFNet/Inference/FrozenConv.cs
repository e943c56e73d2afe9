using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>A convolution whose standardized, scaled weights are computed once, with the activation after it.</summary>
internal sealed class FrozenConv : IDisposable
{
    private readonly PackedConvolution convolution;
    private readonly FrozenActivation? after;

    /// <param name="conv">The trained convolution.</param>
    /// <param name="inputScale">What the input lacks: gamma, or gamma * beta.</param>
    /// <param name="activation">Stands after it; null: none.</param>
    /// <param name="options">How to freeze.</param>
    public FrozenConv(ScaledWeightStandardizedConv conv, double inputScale, FrozenActivation? activation, InferenceOptions options)
    {
        using var scope = NewDisposeScope();
        var weight = conv.StandardizedWeight().detach().Times(inputScale);
        var geometry = new ConvolutionGeometry
        {
            Stride = conv.Stride,
            Dilation = conv.Dilation,
            Groups = conv.Groups,
            SamePadding = conv.UsesSamePadding,
            Padding = (conv.Stride - 1 + (conv.Dilation * (conv.Kernel - 1))) / 2,
        };
        var fused = activation?.Fused ?? FusedActivation.None;
        convolution = options.Fused
            ? new PackedConvolution(weight, conv.Bias, geometry, fused, options.Precision)
            : PackedConvolution.Plain(weight, conv.Bias, geometry, fused, options.Precision);
        after = activation;
    }

    /// <summary>activation(convolution(x)).</summary>
    /// <returns>Channels-last. The caller disposes it.</returns>
    public Tensor Forward(Tensor x)
    {
        var output = convolution.Forward(x);
        return after is null ? output : after.Finish(output);
    }

    public void Dispose() => convolution.Dispose();
}
