using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, T frames, C channels, H x W pixels

/// <summary>The temporal discriminator: whether a sequence moves and changes like radar (supplement, A.2).</summary>
/// <remarks>
/// Two blocks halve space and time (22 frames to 11 to 5), then each time goes its own way. Names: <c>d1</c>, <c>d2</c>,
/// <c>intermediate_dblocks.n</c>, <c>d_last</c>, <c>bn</c>, <c>fc</c>.
/// </remarks>
public sealed class TemporalDiscriminator : Module<Tensor, Tensor>
{
    private readonly DiscriminatorHead head;

    internal TemporalDiscriminator(DgmrConfig config, Device? device)
        : base(nameof(TemporalDiscriminator))
    {
        InputChannels = config.InputChannels;
        MinSide = 8L << config.TemporalBlocks;
        var width = config.DiscriminatorChannels;
        var first = new DBlock(4 * InputChannels, width, config, activatesInput: false, overTime: true, device: device);
        var second = new DBlock(width, 2 * width, config, overTime: true, device: device);
        var middle = Enumerable.Range(1, config.TemporalBlocks)
            .Select(block => new DBlock(width << block, width << (block + 1), config, device: device)).ToList();
        var widest = width << (config.TemporalBlocks + 1);
        var last = new DBlock(widest, widest, config, downsamples: false, device: device);
        (OverTime, PerTime) = ([first, second], [.. middle, last]);
        head = DiscriminatorHead.Of(widest, config, device);
        register_module("d1", first);
        register_module("d2", second);
        register_module("intermediate_dblocks", new DBlockList(middle));
        register_module("d_last", last);
        register_module("bn", head.Norm);
        register_module("fc", head.Linear);
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>The fewest pixels along each axis of what it sees, half of a frame's.</summary>
    public long MinSide { get; }

    /// <summary>The two blocks over time.</summary>
    public IReadOnlyList<DBlock> OverTime { get; }

    /// <summary>The blocks of each time, in order.</summary>
    public IReadOnlyList<DBlock> PerTime { get; }

    /// <summary>Scores sequences.</summary>
    /// <param name="frames">The crop or the averaged frames, [B, T, C, H, W] in mm/h; T at least 4, H and W even.</param>
    /// <returns>[B, 1]: the sum over the times that are left; positive for what looks real. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Channels differ, or there are too few frames or pixels.</exception>
    public override Tensor forward(Tensor frames)
    {
        var sizes = Shapes.Require(frames, [Shapes.Any, Shapes.Any, InputChannels, Shapes.Any, Shapes.Any], "[batch, time, channels, height, width]");
        if (sizes[0] < 1 || sizes[1] < 4 || sizes[3] < MinSide || sizes[4] < MinSide || sizes[3] % 2 != 0 || sizes[4] % 2 != 0)
        {
            throw new ShapeException($"The temporal discriminator sees four frames or more with even sides of at least {MinSide}, but got {Shapes.Format(sizes)}.");
        }

        using var scope = NewDisposeScope();
        var x = functional.pixel_unshuffle(frames.flatten(0, 1), 2).unflatten(0, [sizes[0], sizes[1]]).transpose(1, 2); // [B, C', T, H', W']
        foreach (var block in OverTime)
        {
            x = block.forward(x);
        }

        x = x.transpose(1, 2).flatten(0, 1);
        foreach (var block in PerTime)
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
