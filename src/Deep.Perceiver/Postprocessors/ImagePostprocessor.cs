using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, T frames, H x W rows of the grid, K channels, C channels of a pixel, t x s x s fine pixels of a row

/// <summary>Rows become pixels. See <see cref="ImageOutputConfig"/>.</summary>
/// <remarks>
/// Children: conv for a 1 x 1 convolution; transposed_0, transposed_1, ... for transposed ones; flow and weights for RAFT's
/// upsampling.
/// </remarks>
public sealed class ImagePostprocessor : Postprocessor
{
    private readonly ImageOutputConfig config;
    private readonly Module<Tensor, Tensor>? upsample;
    private readonly Conv2d? pointwise;

    internal ImagePostprocessor(ImageOutputConfig config, int channels, Device? device)
    {
        this.config = config;
        switch (config.Kind)
        {
            case ImageOutputKind.Conv1x1:
                pointwise = Conv2d(channels, config.Outputs, 1, device: device);
                register_module("conv", pointwise);
                break;
            case ImageOutputKind.Conv:
                upsample = new TransposedUpsample(config, channels, device);
                register_module("upsample", upsample);
                break;
            case ImageOutputKind.Raft:
                upsample = new ConvexUpsample(channels, config.Outputs, config.SpatialUpsample, device);
                register_module("upsample", upsample);
                break;
        }
    }

    /// <summary>[B, H, W, C] or [B, T, H, W, C], upsampled.</summary>
    /// <inheritdoc/>
    public override Tensor Postprocess(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var scope = NewDisposeScope();
        var shape = rows.shape;
        var cells = config.Shape.Aggregate(1L, (product, size) => product * size);
        if (shape.Length != 3 || shape[1] != cells)
        {
            throw new ShapeException($"A picture needs all {string.Join(" x ", config.Shape)} rows, but {Deep.Tensors.Shapes.Format(shape)} were decoded.");
        }

        var grid = rows.reshape([shape[0], .. config.Shape.Select(s => (long)s), shape[2]]);
        return (config.Kind switch
        {
            ImageOutputKind.Pixels => grid,
            ImageOutputKind.Conv1x1 => Pointwise(grid),
            ImageOutputKind.Patches => Patches(grid),
            _ => Frames(grid),
        }).MoveToOuterDisposeScope();
    }

    private Tensor Pointwise(Tensor grid)
    {
        var (height, width) = (grid.dim() - 3, grid.dim() - 2);
        var strided = grid.slice(height, 0, long.MaxValue, config.SpatialUpsample).slice(width, 0, long.MaxValue, config.SpatialUpsample);
        return functional.linear(strided, pointwise!.weight!.flatten(1), pointwise.bias);
    }

    private Tensor Patches(Tensor grid)
    {
        int s = config.SpatialUpsample, t = config.TemporalUpsample;
        var n = grid.shape;
        return n.Length == 4
            ? grid.reshape(n[0], n[1], n[2], s, s, -1).permute(0, 1, 3, 2, 4, 5).reshape(n[0], n[1] * s, n[2] * s, -1)
            : grid.reshape(n[0], n[1], n[2], n[3], t, s, s, -1).permute(0, 1, 4, 2, 5, 3, 6, 7)
                .reshape(n[0], n[1] * t, n[2] * s, n[3] * s, -1);
    }

    // Two-dimensional upsampling takes the frames of a video as a batch.
    private Tensor Frames(Tensor grid)
    {
        if (config.TemporalUpsample != 1)
        {
            return upsample!.call(grid.permute(0, 4, 1, 2, 3)).permute(0, 2, 3, 4, 1);
        }

        var frames = upsample!.call(grid.flatten(0, -4).permute(0, 3, 1, 2)).permute(0, 2, 3, 1);
        return frames.reshape([.. grid.shape[..^3], .. frames.shape[1..]]);
    }
}
