using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// B batch, T frames, C channels, H x W pixels

/// <summary>Frames of any size made fit for the network: sides that are multiples of 32, nothing missing.</summary>
/// <remarks>
/// What is missing counts as dry, and rates below zero as zero. Rows are added at the bottom and columns at the right by reflection at
/// the last one, so that rain there goes on; the forecast is cut back to the size that came.
/// </remarks>
internal static class FrameBorder
{
    /// <summary>The next multiple of the latents' stride.</summary>
    public static long Up(long side) => (side + DgmrConfig.LatentStride - 1) / DgmrConfig.LatentStride * DgmrConfig.LatentStride;

    /// <summary>Frames for the network.</summary>
    /// <param name="context">[B, T, C, H, W], NaN where nothing was observed.</param>
    /// <returns>[B, T, C, H', W'] in 32-bit floats, and the mask of the newest frame [B, 1, C, H, W], null where all was observed.
    /// The caller disposes both.</returns>
    public static (Tensor Frames, Tensor? Missing) Prepare(Tensor context)
    {
        using var scope = NewDisposeScope();
        var frames = context.to_type(ScalarType.Float32);
        if (frames.isinf().any().item<bool>())
        {
            throw new ShapeException("The context holds infinite rain rates; what is not known is NaN.");
        }

        var missing = frames.narrow(1, frames.shape[1] - 1, 1).isnan();
        using Scalar dry = 0;
        frames = frames.nan_to_num(0).clamp_min(dry);
        for (var axis = 3; axis < 5; axis++)
        {
            var side = frames.shape[axis];
            if (side != Up(side))
            {
                frames = frames.index_select(axis, tensor(Reflected(side), device: frames.device));
            }
        }

        return (frames.MoveToOuterDisposeScope(), missing.any().item<bool>() ? missing.MoveToOuterDisposeScope() : null);
    }

    // There and back as often as needed, the turning points once: 0 1 2 1 0 1 ...
    private static long[] Reflected(long side)
    {
        var period = Math.Max(1, 2 * (side - 1));
        return [.. Enumerable.Range(0, (int)Up(side)).Select(i => i % period < side ? i % period : period - (i % period))];
    }
}
