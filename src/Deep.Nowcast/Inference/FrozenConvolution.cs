using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// N images, O output and C input channels, H x W pixels

/// <summary>A convolution that keeps the size, direct or by Winograd's filtering, whichever is faster for a shape.</summary>
internal sealed class FrozenConvolution : IDisposable
{
    private static readonly ConvolutionGeometry Same = new() { Padding = 1 };
    private readonly PackedConvolution direct;
    private readonly WinogradChoice winograd;

    /// <param name="weight">[O, C, 3, 3] or [O, C, 1, 1].</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="precision">To compute in.</param>
    /// <param name="activation">Stands after it.</param>
    public FrozenConvolution(Tensor weight, Tensor? bias, Precision precision, FusedActivation activation)
    {
        direct = new PackedConvolution(weight, bias, weight.shape[^1] == 1 ? null : Same, activation, precision);
        winograd = new WinogradChoice(weight, bias, precision, activation);
    }

    /// <summary>activation(convolution(x) + bias).</summary>
    /// <param name="x">[N, C, H, W], channels-last.</param>
    /// <returns>[N, O, H, W], channels-last. The caller disposes it.</returns>
    public Tensor Forward(Tensor x) => winograd.For(x) is { } fast ? fast.Forward(x) : direct.Forward(x);

    /// <summary>sum += convolution(x) + bias, in place.</summary>
    /// <param name="sum">[N, O, H, W], channels-last; changed.</param>
    /// <param name="x">[N, C, H, W].</param>
    public void AddTo(Tensor sum, Tensor x)
    {
        if (winograd.For(x) is { } fast)
        {
            fast.AddTo(sum, x);
        }
        else
        {
            direct.AddTo(sum, x);
        }
    }

    public void Dispose()
    {
        direct.Dispose();
        winograd.Dispose();
    }
}
