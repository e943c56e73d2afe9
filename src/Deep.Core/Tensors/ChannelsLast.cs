using static TorchSharp.torch;

namespace Deep.Tensors;

// N batch, C channels, H x W pixels

/// <summary>Pictures and filters whose channels lie beside each other in memory (NHWC), as the fast convolutions want them.</summary>
/// <remarks>The shape stays [N, C, H, W]; only the strides change. Safe to call from many threads.</remarks>
public static class ChannelsLast
{
    /// <summary>A tensor with the same values and NHWC strides.</summary>
    /// <param name="x">[N, C, H, W], any dtype and device.</param>
    /// <returns>[N, C, H, W]: a new tensor object, over the same memory where the strides were right already. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have four axes.</exception>
    public static Tensor Of(Tensor x)
    {
        Shapes.RequireRank(x, 4, "[N, C, H, W]");
        using var byPixel = x.permute(0, 2, 3, 1);
        using var packed = byPixel.contiguous();
        return packed.permute(0, 3, 1, 2);
    }

    /// <summary>The same test of a tensor whose sizes are known: one native call. May say no where an axis of one element hides the order.</summary>
    internal static bool HasStrides(Tensor x, ReadOnlySpan<long> sizes)
    {
        var strides = x.stride();
        return strides is [var n, 1, var h, var w] && w == sizes[1] && h == sizes[3] * w && n == sizes[2] * h;
    }

    /// <summary>Whether the channels of each pixel lie beside each other.</summary>
    /// <param name="x">Any tensor.</param>
    /// <returns>True for a tensor [N, C, H, W] with NHWC strides.</returns>
    public static bool Is(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.dim() != 4)
        {
            return false;
        }

        using var byPixel = x.permute(0, 2, 3, 1);
        return byPixel.is_contiguous();
    }
}
