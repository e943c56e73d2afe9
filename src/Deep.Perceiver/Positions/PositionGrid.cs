using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// d axes, M cells

/// <summary>Positions of the cells of a grid, between -1 and 1, row-major.</summary>
public static class PositionGrid
{
    /// <summary>The positions of all cells.</summary>
    /// <param name="shape">Cells along each axis, 1 or more.</param>
    /// <param name="grid">Where the cells lie.</param>
    /// <param name="device">Where the positions are; null: the default device.</param>
    /// <returns>[M, d] in float32. The caller disposes it.</returns>
    public static Tensor Of(IReadOnlyList<long> shape, GridPositions grid = GridPositions.Inclusive, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        using var scope = NewDisposeScope();
        var axes = shape.Select(cells => Axis(cells, grid, device)).ToArray();
        var meshes = axes.Length == 1 ? axes : meshgrid(axes, "ij");
        return stack(meshes, -1).reshape(-1, axes.Length).MoveToOuterDisposeScope();
    }

    /// <summary>The positions of some cells.</summary>
    /// <param name="indices">[O] of int64, flat row-major indices into the grid.</param>
    /// <param name="shape">Cells along each axis.</param>
    /// <param name="grid">Where the cells lie.</param>
    /// <returns>[O, d] in float32, on the device of the indices. The caller disposes it.</returns>
    public static Tensor At(Tensor indices, IReadOnlyList<long> shape, GridPositions grid = GridPositions.Inclusive)
    {
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(shape);
        using var scope = NewDisposeScope();
        var positions = new Tensor[shape.Count];
        var rest = indices;
        for (var axis = shape.Count - 1; axis >= 0; axis--)
        {
            using Scalar cells = shape[axis];
            var along = Axis(shape[axis], grid, indices.device);
            positions[axis] = along.index_select(0, rest.remainder(cells));
            rest = rest.div(cells, RoundingMode.floor);
        }

        return stack(positions, -1).MoveToOuterDisposeScope();
    }

    private static Tensor Axis(long cells, GridPositions grid, Device? device)
    {
        if (grid == GridPositions.Inclusive)
        {
            return linspace(-1, 1, cells, dtype: ScalarType.Float32, device: device);
        }

        using Scalar count = cells;
        using var step = full([1], count, ScalarType.Float32, device);
        return arange(count, ScalarType.Float32, device).Times(2).div(step).Plus(-1);
    }
}
