using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, T frames, C channels, H x W pixels, S state channels

/// <summary>The conditioning stack with folded norms, in 32-bit floats: it is run once for all members, and its states last.</summary>
internal sealed class FrozenConditioning : IDisposable
{
    private readonly List<(FrozenConvolution First, FrozenConvolution Last, FrozenConvolution? Shortcut, bool Activates)> blocks = [];
    private readonly List<FrozenConvolution> mixing = [];
    private readonly FrameOrder order;

    public FrozenConditioning(ContextConditioningStack stack, FrameOrder order)
    {
        this.order = order;
        foreach (var block in stack.Blocks)
        {
            blocks.Add((
                Fold.Convolution(block.First, Precision.Float32, activation: FusedActivation.Relu),
                Fold.Convolution(block.Last, Precision.Float32),
                block.UsesShortcut ? Fold.Convolution(block.Shortcut!, Precision.Float32) : null,
                block.ActivatesInput));
        }

        mixing.AddRange(stack.Mixing.Select(conv => Fold.Convolution(conv, Precision.Float32, activation: FusedActivation.Relu)));
    }

    /// <summary>The first states of the sampler.</summary>
    /// <param name="context">[B, T, C, H, W], no NaN.</param>
    /// <returns>[B, S/8, H/4, W/4] to [B, S, H/32, W/32], channels-last. The caller disposes each.</returns>
    public Tensor[] Forward(Tensor context)
    {
        using var scope = NewDisposeScope();
        var (batch, frames) = (context.shape[0], context.shape[1]);
        // Frame by frame: at the finest level a frame's maps are the largest of the whole forecast.
        var maps = context.flatten(0, 1).split(1, 0).Select(Frame).ToArray();
        var states = new Tensor[4];
        for (var level = 0; level < 4; level++)
        {
            var joined = cat([.. maps.Select(map => map[level])], 0).unflatten(0, [batch, frames]); // [B, T, C', H', W']
            states[level] = mixing[level].Forward((order == FrameOrder.ChannelMajor ? joined.transpose(1, 2) : joined).flatten(1, 2))
                .MoveToOuterDisposeScope();
        }

        return states;
    }

    public void Dispose()
    {
        foreach (var (first, last, shortcut, _) in blocks)
        {
            first.Dispose();
            last.Dispose();
            shortcut?.Dispose();
        }

        mixing.ForEach(conv => conv.Dispose());
    }

    private Tensor[] Frame(Tensor frame)
    {
        using var scope = NewDisposeScope();
        var maps = new Tensor[4];
        var x = functional.pixel_unshuffle(frame, 2);
        for (var level = 0; level < 4; level++)
        {
            using var levelScope = NewDisposeScope();
            var (first, last, shortcut, activates) = blocks[level];
            var main = functional.avg_pool2d(last.Forward(first.Forward(activates ? x.relu() : x)), [2, 2]);
            var pooled = functional.avg_pool2d(x, [2, 2]);
            maps[level] = x = main.Plus(shortcut is null ? pooled : shortcut.Forward(pooled)).MoveToOuterDisposeScope();
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }
}
