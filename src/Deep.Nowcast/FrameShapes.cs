using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>Checks frames before anything native sees them.</summary>
internal static class FrameShapes
{
    /// <summary>Requires [B, frames, channels, H, W] of floating point numbers, sides that are multiples of the latents' stride.</summary>
    /// <exception cref="ShapeException">It is something else.</exception>
    public static long[] Require(Tensor context, long frames, long channels)
    {
        var sizes = Shapes.Require(context, [Shapes.Any, frames, channels, Shapes.Any, Shapes.Any], "[batch, time, channels, height, width]");
        Shapes.RequireFloat(context);
        return sizes[0] > 0 && IsMultiple(sizes[3]) && IsMultiple(sizes[4]) ? sizes : throw new ShapeException(
            $"Frames need a height and a width that are multiples of {DgmrConfig.LatentStride}, at least {DgmrConfig.LatentStride}, and a batch of one or more, but are {Shapes.Format(sizes)}.");
    }

    private static bool IsMultiple(long side) => side > 0 && side % DgmrConfig.LatentStride == 0;
}
