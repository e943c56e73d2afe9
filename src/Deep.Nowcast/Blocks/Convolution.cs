using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// N batch, T time, C channels, H x W pixels, O output channels

/// <summary>Convolutions of stride 1 that keep the size, in forms that are right on every processor.</summary>
/// <remarks>
/// On some processors the convolutions of libtorch 2.10 are wrong: those of channels-first tensors where channels are no
/// multiple of 16, those of channels-last tensors where the kernel has one tap. So kernels of one tap are products of
/// matrices, those of 3 x 3 run channels-last, and those of 3 x 3 x 3 are kernels of 3 x 3 over three frames at once.
/// </remarks>
internal static class Convolution
{
    // With fewer, oneDNN's gradient of the input was seen to hold what the memory held before, on maps of one pixel; there
    // the convolution itself loses digits, too, where channels are no multiples of 16.
    private const long FewChannels = 4;
    private static readonly long[] One = [1, 1];

    /// <summary>Convolves with a kernel of one tap or of three along each axis.</summary>
    /// <param name="x">[N, C, H, W] or [N, C, T, H, W].</param>
    /// <param name="weight">[O, C, 1, 1], [O, C, 3, 3] or the same with a third axis before.</param>
    /// <param name="bias">[O], or null.</param>
    /// <returns>The size of <paramref name="x"/>, O channels.</returns>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var sizes = weight.shape;
        weight = weight.to(x.dtype);
        bias = bias?.to(x.dtype);
        var y = (sizes[^1], sizes.Length) switch
        {
            (1, 4) => functional.linear(x.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2),
            (1, _) => functional.linear(x.permute(0, 2, 3, 4, 1), weight.flatten(1), bias).permute(0, 4, 1, 2, 3),
            (_, 4) when sizes[0] < FewChannels || sizes[1] < FewChannels || x.shape[2] * x.shape[3] == 1 => OverColumns(x, weight, bias),
            (_, 4) => functional.conv2d(ChannelsLast.Of(x), weight, bias, strides: One, padding: One),
            _ => OverFrames(x, weight, bias),
        };
        return y.MoveToOuterDisposeScope();
    }

    // A 3 x 3 convolution as a product with each pixel's neighbours.
    private static Tensor OverColumns(Tensor x, Tensor weight, Tensor? bias)
    {
        var (batch, height, width) = (x.shape[0], x.shape[2], x.shape[3]);
        var columns = functional.unfold(x, 3, padding: 1).transpose(1, 2); // [N, H W, 9 C]
        return functional.linear(columns, weight.flatten(1), bias).transpose(1, 2).reshape(batch, weight.shape[0], height, width);
    }

    private static Tensor OverFrames(Tensor x, Tensor weight, Tensor? bias)
    {
        var (batch, time) = (x.shape[0], x.shape[2]);
        var frames = x.permute(0, 2, 1, 3, 4); // [N, T, C, H, W]
        var edge = zeros_like(frames.narrow(1, 0, 1));
        var padded = cat([edge, frames, edge], 1);
        var neighbours = cat([padded.narrow(1, 0, time), padded.narrow(1, 1, time), padded.narrow(1, 2, time)], 2).flatten(0, 1); // [N T, 3 C, H, W]
        var flat = weight.permute(0, 2, 1, 3, 4).flatten(1, 2); // [O, 3 C, 3, 3]
        var y = functional.conv2d(ChannelsLast.Of(neighbours), flat, bias, strides: One, padding: One);
        return y.unflatten(0, [batch, time]).permute(0, 2, 1, 3, 4);
    }
}
