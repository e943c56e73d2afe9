using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// M cells, P channels

/// <summary>Learned encodings of a grid for grids of other sizes.</summary>
public static class LearnedPositions
{
    /// <summary>Encodings for a grid: as learned where the sizes agree, else interpolated or cut (<see cref="LearnedConfig.Interpolates"/>).</summary>
    /// <param name="table">[M, P], the learned encodings, row-major.</param>
    /// <param name="config">The grid that they were learned for.</param>
    /// <param name="shape">The grid that is wanted.</param>
    /// <returns>[cells of <paramref name="shape"/>, P], differentiable. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The grid has another number of axes, or a sequence is too long.</exception>
    public static Tensor For(Tensor table, LearnedConfig config, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Count != config.Axes)
        {
            throw new ShapeException($"Positions were learned for a grid of {config.Axes} axes, but the input has {shape.Count}.");
        }

        if (shape.SequenceEqual(config.Shape.Select(s => (long)s)))
        {
            return table.alias();
        }

        if (!config.Interpolates)
        {
            return shape.Count == 1 && shape[0] <= config.Shape[0]
                ? table.narrow(0, 0, shape[0])
                : throw new ShapeException($"Positions were learned for {string.Join(" x ", config.Shape)} rows, but the input has {string.Join(" x ", shape)}.");
        }

        using var scope = NewDisposeScope();
        var grid = table.reshape([.. config.Shape.Select(s => (long)s), 1, config.Width]).movedim([-1], [0]).movedim([-1], [0]); // [1, P, ...]
        var mode = config.Axes switch
        {
            1 => InterpolationMode.Linear,
            2 => InterpolationMode.Bicubic,
            _ => InterpolationMode.Trilinear,
        };
        return functional.interpolate(grid, [.. shape], mode: mode, align_corners: false)
            .flatten(2).squeeze(0).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }
}
