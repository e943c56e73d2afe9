using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>
/// TensorFlow's SAME padding: the output has ceil(size / stride) pixels, an odd pixel of padding stands at the end.
/// </summary>
internal static class SamePadding
{
    /// <summary>Padding in total along one axis of <paramref name="size"/> pixels.</summary>
    public static long Total(long size, int kernel, int stride, int dilation = 1) =>
        Math.Max(((((size + stride - 1) / stride) - 1) * stride) + (dilation * (kernel - 1)) + 1 - size, 0);

    /// <summary>Pads height and width of <paramref name="x"/> [N, C, H, W] with <paramref name="value"/>.</summary>
    public static Tensor Pad(Tensor x, int kernel, int stride, int dilation = 1, double value = 0)
    {
        var (down, across) = (Total(x.shape[2], kernel, stride, dilation), Total(x.shape[3], kernel, stride, dilation));
        return nn.functional.pad(x, (across / 2, across - (across / 2), down / 2, down - (down / 2)),
            PaddingModes.Constant, value);
    }
}
