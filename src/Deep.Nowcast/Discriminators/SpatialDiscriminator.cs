using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, N frames, C channels, H x W pixels

/// <summary>The spatial discriminator: whether single frames, at half of the resolution, look like radar (supplement, A.2).</summary>
/// <remarks>All frames of a batch go through as one batch, batch norm included. Names: <c>d1</c>, <c>intermediate_dblocks.n</c>, <c>d6</c>, <c>bn</c>, <c>fc</c>.</remarks>
public sealed class SpatialDiscriminator : Module<Tensor, Tensor>
{
    private readonly DiscriminatorHead head;

    internal SpatialDiscriminator(DgmrConfig config, Device? device)
        : base(nameof(SpatialDiscriminator))
    {
        InputChannels = config.InputChannels;
        MinSide = 8L << config.SpatialBlocks;
        var width = config.DiscriminatorChannels;
        var first = new DBlock(4 * InputChannels, width, config, activatesInput: false, device: device);
        var middle = Enumerable.Range(0, config.SpatialBlocks)
            .Select(block => new DBlock(width << block, width << (block + 1), config, device: device)).ToList();
        var widest = width << config.SpatialBlocks;
        var last = new DBlock(widest, widest, config, downsamples: false, device: device);
        Blocks = [first, .. middle, last];
        head = DiscriminatorHead.Of(widest, config, device);
        register_module("d1", first);
        register_module("intermediate_dblocks", new DBlockList(middle));
        register_module("d6", last);
        register_module("bn", head.Norm);
        register_module("fc", head.Linear);
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>The fewest pixels along each axis of a frame.</summary>
    public long MinSide { get; }

    /// <summary>The blocks, in order.</summary>
    public IReadOnlyList<DBlock> Blocks { get; }

    /// <summary>Scores frames.</summary>
    /// <param name="frames">The chosen frames at full resolution, [B, N, C, H, W] in mm/h; H and W multiples of 4.</param>
    /// <returns>[B, 1]: the sum over the frames; positive for what looks real. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Channels differ, or frames are too small.</exception>
    public override Tensor forward(Tensor frames)
    {
        var sizes = Shapes.Require(frames, [Shapes.Any, Shapes.Any, InputChannels, Shapes.Any, Shapes.Any], "[batch, frames, channels, height, width]");
        if (sizes[0] < 1 || sizes[1] < 1 || sizes[3] < MinSide || sizes[4] < MinSide || sizes[3] % 4 != 0 || sizes[4] % 4 != 0)
        {
            throw new ShapeException($"The spatial discriminator sees frames with sides that are multiples of 4, at least {MinSide}, but got {Shapes.Format(sizes)}.");
        }

        using var scope = NewDisposeScope();
        var x = functional.pixel_unshuffle(functional.avg_pool2d(frames.flatten(0, 1), [2, 2]), 2);
        foreach (var block in Blocks)
        {
            x = block.forward(x);
        }

        return head.Score(x, sizes[0]).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
