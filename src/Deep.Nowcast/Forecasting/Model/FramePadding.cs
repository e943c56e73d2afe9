using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// T frames, H x W cells, H' x W' the next multiples of 32

/// <summary>Dry cells around frames, so that the network's sizes fit; the frames stand in the middle.</summary>
/// <remarks>Cells without observation are dry for the network too, as in the paper's training.</remarks>
internal readonly record struct FramePadding(int Height, int Width)
{
    /// <summary>H'.</summary>
    public int PaddedHeight => Up(Height);

    /// <summary>W'.</summary>
    public int PaddedWidth => Up(Width);

    private int Top => (PaddedHeight - Height) / 2;

    private int Left => (PaddedWidth - Width) / 2;

    /// <summary>[1, T, 1, H', W']: frames as the network takes them.</summary>
    /// <param name="frames">[T, 1, H, W], NaN = no observation.</param>
    public Tensor Pad(Tensor frames)
    {
        using var scope = NewDisposeScope();
        var padded = zeros([1, frames.shape[0], frames.shape[1], PaddedHeight, PaddedWidth], ScalarType.Float32);
        padded.narrow(3, Top, Height).narrow(4, Left, Width).copy_(frames.nan_to_num(0).unsqueeze(0));
        return padded.MoveToOuterDisposeScope();
    }

    /// <summary>[M, S, H, W]: the middle of the network's frames.</summary>
    /// <param name="frames">[M, S, 1, H', W'].</param>
    public Tensor Crop(Tensor frames) => frames.select(2, 0).narrow(2, Top, Height).narrow(3, Left, Width);

    private static int Up(int cells) => (cells + DgmrConfig.LatentStride - 1) / DgmrConfig.LatentStride * DgmrConfig.LatentStride;
}
