using System.Diagnostics.CodeAnalysis;
using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, T frames, C channels, H x W pixels, S state channels

/// <summary>The conditioning stack: what the past frames say, at four resolutions, the first states of the sampler (supplement, A.1).</summary>
/// <remarks>
/// Each frame goes through the same four halving blocks; at each resolution the frames are joined and mixed by a convolution.
/// Names: <c>d1</c> to <c>d4</c>, <c>conv1</c> to <c>conv4</c>.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "The paper calls it a stack.")]
public sealed class ContextConditioningStack : Module<Tensor, IReadOnlyList<Tensor>>
{
    private readonly FrameOrder order;

    internal ContextConditioningStack(DgmrConfig config, Device? device)
        : base(nameof(ContextConditioningStack))
    {
        (InputChannels, Frames, order) = (config.InputChannels, config.ContextFrames, config.FrameOrder);
        var inputs = 4 * config.InputChannels;
        var blocks = new List<DBlock>();
        var mixing = new List<SpectralConv>();
        for (var level = 0; level < 4; level++)
        {
            var channels = config.FrameChannels[level];
            blocks.Add(new DBlock(inputs, channels, config, device: device));
            mixing.Add(new SpectralConv(channels * Frames, config.StateChannels[level], 3, config.SpectralEpsilon, device: device));
            inputs = channels;
        }

        (Blocks, Mixing) = (blocks, mixing);
        for (var level = 0; level < 4; level++)
        {
            register_module($"d{level + 1}", blocks[level]);
        }

        for (var level = 0; level < 4; level++)
        {
            register_module($"conv{level + 1}", mixing[level]);
        }
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>T.</summary>
    public int Frames { get; }

    /// <summary>The blocks that each frame goes through, the first at the finest resolution.</summary>
    public IReadOnlyList<DBlock> Blocks { get; }

    /// <summary>The convolutions that mix the frames, one behind each block.</summary>
    public IReadOnlyList<SpectralConv> Mixing { get; }

    /// <summary>Conditions on past frames.</summary>
    /// <param name="context">[B, T, C, H, W] in mm/h, the newest last; H and W multiples of 32. No NaN.</param>
    /// <returns>
    /// [B, S/8, H/4, W/4], [B, S/4, H/8, W/8], [B, S/2, H/16, W/16], [B, S, H/32, W/32]. The caller disposes each.
    /// </returns>
    /// <exception cref="ShapeException"><paramref name="context"/> has other frames, channels or sides.</exception>
    public override IReadOnlyList<Tensor> forward(Tensor context)
    {
        var sizes = FrameShapes.Require(context, Frames, InputChannels);
        using var scope = NewDisposeScope();
        var x = functional.pixel_unshuffle(context.flatten(0, 1), 2);
        var states = new Tensor[4];
        for (var level = 0; level < 4; level++)
        {
            x = Blocks[level].forward(x);
            var frames = x.unflatten(0, [sizes[0], Frames]); // [B, T, C', H', W']
            var joined = (order == FrameOrder.ChannelMajor ? frames.transpose(1, 2) : frames).flatten(1, 2);
            states[level] = Mixing[level].forward(joined).relu_().MoveToOuterDisposeScope();
        }

        return states;
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
