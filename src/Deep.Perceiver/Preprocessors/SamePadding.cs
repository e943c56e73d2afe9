using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>TensorFlow's SAME padding: the output has ceil(size / stride) pixels, an odd pixel of padding stands at the end.</summary>
internal static class SamePadding
{
    /// <summary>Pads height and width of <paramref name="x"/> [B, C, H, W] with <paramref name="value"/>.</summary>
    public static Tensor Pad(Tensor x, int kernel, int stride, double value = 0)
    {
        var (down, across) = (Total(x.shape[2], kernel, stride), Total(x.shape[3], kernel, stride));
        return nn.functional.pad(x, (across / 2, across - (across / 2), down / 2, down - (down / 2)), PaddingModes.Constant, value);
    }

    private static long Total(long size, int kernel, int stride) =>
        Math.Max(((((size + stride - 1) / stride) - 1) * stride) + kernel - size, 0);
}
