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
    /// <param name="outputScale">Factor on weights and bias.</param>
    public FrozenConv(ScaledWeightStandardizedConv conv, double inputScale, FrozenActivation? activation, InferenceOptions options, double outputScale = 1)
    {
        using var scope = NewDisposeScope();
        var weight = conv.StandardizedWeight().detach().mul(inputScale * outputScale);
        var bias = conv.Bias.detach().mul(outputScale);
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
            ? new PackedConvolution(weight, bias, geometry, fused, options.Precision)
            : PackedConvolution.Plain(weight, bias, geometry, fused, options.Precision);
        after = activation is { IsFusable: false } ? activation : null;
    }

    /// <summary>activation(convolution(x)).</summary>
    /// <returns>Channels-last. The caller disposes it.</returns>
    public Tensor Forward(Tensor x)
    {
        var output = convolution.Forward(x);
        if (after is null)
        {
            return output;
        }

        using (output)
        {
            return after.Apply(output);
        }
    }

    /// <summary>sum += convolution(x), in place.</summary>
    public void AddTo(Tensor sum, Tensor x) => convolution.AddTo(sum, x);

    public void Dispose() => convolution.Dispose();
}
