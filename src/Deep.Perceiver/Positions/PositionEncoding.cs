using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, M cells, d axes, P channels

/// <summary>
/// Position encodings of either kind, whose parameters its owner registers: the learned table under a name of the owner's
/// choice, and position_projection.
/// </summary>
internal sealed class PositionEncoding
{
    private readonly nn.Module owner;
    private readonly string name;
    private readonly FourierFeatures? fourier;
    private readonly Linear? projection;

    public PositionEncoding(nn.Module owner, PositionConfig config, string name, Device? device)
    {
        (this.owner, this.name, Config) = (owner, name, config);
        fourier = config is FourierConfig f ? new FourierFeatures(f) : null;
        if (config is LearnedConfig learned)
        {
            owner.register_parameter(name, ModuleParameter.Of(empty(learned.Count, learned.Width, device: device)));
        }

        if (config.Projection is { } channels)
        {
            projection = Linear(config.EncodingChannels, channels, device: device);
            owner.register_module("position_projection", projection);
        }
    }

    public PositionConfig Config { get; }

    /// <summary>Where encodings of whole grids are kept; null: they are made anew each time, as training needs.</summary>
    public PositionTables? Tables { get; set; }

    /// <summary>The learned table [M, P]; null for Fourier features.</summary>
    public Parameter? Table => Config is LearnedConfig ? owner.get_parameter(name) : null;

    /// <summary>Encodings of all cells of a grid, [M, P].</summary>
    public Tensor OfGrid(IReadOnlyList<long> shape, GridPositions grid, Device device) =>
        Tables is null ? Made(shape, grid, device) : Tables.Of(this, shape, grid, () => Made(shape, grid, device));

    /// <summary>Encodings of some cells of a grid, [O, P].</summary>
    public Tensor OfCells(Tensor indices, IReadOnlyList<long> shape, GridPositions grid)
    {
        using var scope = NewDisposeScope();
        return Projected(Config is LearnedConfig ? Table!.index_select(0, indices) : fourier!.Of(PositionGrid.At(indices, shape, grid)))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Encodings of positions [..., d], [..., P].</summary>
    public Tensor OfPositions(Tensor positions)
    {
        using var scope = NewDisposeScope();
        return Projected((fourier ?? throw new ShapeException("Learned positions belong to the cells of a grid: they have no encoding for positions between them."))
            .Of(positions)).MoveToOuterDisposeScope();
    }

    private Tensor Made(IReadOnlyList<long> shape, GridPositions grid, Device device)
    {
        using var scope = NewDisposeScope();
        return Projected(Config is LearnedConfig learned
            ? LearnedPositions.For(Table!, learned, shape)
            : fourier!.Of(PositionGrid.Of(shape, grid, device))).MoveToOuterDisposeScope();
    }

    private Tensor Projected(Tensor encoding) => projection is null ? encoding : projection.call(encoding.to(projection.weight!.dtype));
}
