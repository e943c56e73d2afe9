using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, O queries, E channels

/// <summary>The queries of one output, whose parameters its owner registers: queries [O, E] where they are learned.</summary>
internal sealed class OutputQueries(nn.Module owner, QueryConfig config, Device? device)
{
    private readonly PositionEncoding encoding = new(owner, config.Positions, "queries", device);
    private readonly long[] shape = [.. config.Shape.Select(size => (long)size)];

    /// <summary>The learned queries [O, E]; null for Fourier features.</summary>
    public Parameter? Table => encoding.Table;

    /// <summary>[1 or B, O, E].</summary>
    public Tensor Of(Tensor? indices, Tensor? positions, Device at)
    {
        using var scope = NewDisposeScope();
        var queries = positions is not null ? encoding.OfPositions(positions)
            : indices is not null ? encoding.OfCells(Checked(indices, config.Count), shape, config.Grid)
            : encoding.OfGrid(shape, config.Grid, at);
        return (queries.dim() == 2 ? queries.unsqueeze(0) : queries).MoveToOuterDisposeScope();
    }

    /// <summary>The indices, which must be those of cells.</summary>
    /// <exception cref="ShapeException">They are not [O] of int64, or one is outside.</exception>
    public static Tensor Checked(Tensor indices, long count)
    {
        if (indices.dtype != ScalarType.Int64 || indices.dim() != 1)
        {
            throw new ShapeException($"Indices of outputs must be [O] of int64, but are {Shapes.Format(indices.shape)} of {indices.dtype}.");
        }

        var inside = indices.numel() == 0 || (indices.min().ToInt64() >= 0 && indices.max().ToInt64() < count);
        return inside ? indices : throw new ShapeException($"Indices of outputs must be 0 to {count - 1}, but are {indices.min().ToInt64()} to {indices.max().ToInt64()}.");
    }
}
