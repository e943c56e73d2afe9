using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels

/// <summary>A Normalizer-Free block, frozen: shortcut + c * gate * branch, with c = alpha * skip gain * attention gain.</summary>
/// <remarks>
/// Exact folds: gamma and beta into the convolutions that follow an activation; c into the join. The block takes its input activated
/// and gives its output activated, since the join applies the next block's activation in the same pass. A skip gain of zero leaves
/// the shortcut alone.
/// </remarks>
internal sealed class FrozenBlock : IDisposable
{
    private readonly FrozenActivation activation;
    private readonly FusedActivation exit;
    private readonly FrozenActivation? unfusedExit;
    private readonly bool keepsSum;
    private readonly FrozenConv? shortcut;
    private readonly FrozenConv? conv1;
    private readonly FrozenConv? conv2;
    private readonly FrozenConv? conv2b;
    private readonly FrozenConv? conv3;
    private readonly FrozenAttention? attention;
    private readonly bool gatesBottleneck;
    private readonly double attentionGain;
    private readonly double joinScale;
    private readonly int poolStride;
    private readonly bool poolsInPlace;
    private readonly bool fusesJoin;

    /// <param name="block">The trained block.</param>
    /// <param name="config">The network.</param>
    /// <param name="activation">Its activation, unscaled.</param>
    /// <param name="exit">What stands after the block: the next block's activation; null: none.</param>
    /// <param name="keepsSum">Whether the next block's shortcut is the identity, which wants the output before the activation.</param>
    /// <param name="options">How to freeze.</param>
    public FrozenBlock(
        NFBlock block, NFNetConfig config, FrozenActivation activation, FrozenActivation? exit, bool keepsSum, InferenceOptions options)
    {
        this.activation = activation;
        this.exit = exit?.Fused ?? FusedActivation.None;
        this.keepsSum = keepsSum;
        unfusedExit = exit is { IsFusable: false } ? exit : null;
        fusesJoin = options.Fused;
        var gamma = config.GainInActivation ? config.Activation.Gain() : 1;
        var entry = gamma * block.Plan.Beta;
        if (block.Downsample is { } downsample)
        {
            shortcut = new FrozenConv(downsample.Conv, entry, null, options with { Precision = Precision.Float32 });
            (poolStride, poolsInPlace) = (downsample.PoolStride, downsample.PoolsInPlace);
        }

        joinScale = config.Alpha * (block.SkipInitGain?.to(ScalarType.Float64).item<double>() ?? 1);
        if (joinScale == 0)
        {
            return;
        }

        attentionGain = config.AttentionGain;
        attention = block.Attention is null ? null : new FrozenAttention(block.Attention, options);
        gatesBottleneck = attention is not null && config.AttentionPlacement == AttentionPlacement.InBottleneck;
        conv1 = new FrozenConv(block.Conv1, entry, activation, options);
        conv2 = new FrozenConv(block.Conv2, gamma, gatesBottleneck && block.Conv2b is null ? null : activation, options);
        conv2b = block.Conv2b is null ? null : new FrozenConv(block.Conv2b, gamma, gatesBottleneck ? null : activation, options);
        conv3 = new FrozenConv(block.Conv3, gamma, null, options);
    }

    /// <summary>The block. Takes both tensors over: they are changed or disposed.</summary>
    /// <param name="sum">[N, C_in, H, W] in 32-bit floats, not activated; may be null where this block's shortcut is a convolution.</param>
    /// <param name="input">The same, activated, in the network's precision; both channels-last.</param>
    /// <returns>The same pair for the next block, [N, C_out, H', W']. The caller disposes both.</returns>
    public (Tensor? Sum, Tensor Activated) Forward(Tensor? sum, Tensor input)
    {
        using var scope = NewDisposeScope();
        var identity = shortcut is null ? sum! : Shortcut(input);
        if (conv1 is null)
        {
            var alone = Alone(identity, input.dtype);
            input.Dispose();
            return Move(sum, alone.Sum, alone.Activated);
        }

        var branch = Bottleneck(input);
        using var output = conv3!.Forward(branch);
        branch.Dispose();
        using var gate = attention is null || gatesBottleneck ? null : attention.Gate(output);
        var scale = gate is null ? joinScale : joinScale * attentionGain;
        var joined = fusesJoin
            ? ResidualJoin.Join(identity, output, gate, scale, exit, keepsSum)
            : ResidualJoin.Plain(identity, output, gate, scale, exit, keepsSum);
        return Move(sum, joined.Sum, unfusedExit is null ? joined.Activated : unfusedExit.Finish(joined.Activated));
    }

    public void Dispose()
    {
        shortcut?.Dispose();
        conv1?.Dispose();
        conv2?.Dispose();
        conv2b?.Dispose();
        conv3?.Dispose();
        attention?.Dispose();
    }

    private (Tensor? Sum, Tensor Activated) Alone(Tensor identity, ScalarType type)
    {
        var wide = identity.to_type(ScalarType.Float32);
        var activated = (unfusedExit is null ? ResidualJoin.Apply(exit, wide) : unfusedExit.Apply(wide)).to_type(type);
        return (keepsSum ? wide : null, ReferenceEquals(activated, wide) ? wide.clone() : activated);
    }

    // A sum that came in from outside, changed in place, belongs to an outer scope already.
    private static (Tensor? Sum, Tensor Activated) Move(Tensor? given, Tensor? sum, Tensor activated) =>
        (ReferenceEquals(given, sum) ? sum : sum?.MoveToOuterDisposeScope(), activated.MoveToOuterDisposeScope());

    private Tensor Shortcut(Tensor input)
    {
        // Projected in 32-bit floats: what a shortcut rounds reaches the output undiluted. Widened after pooling, when less is left.
        using var pooled = Pool(input);
        using var wide = pooled.to_type(ScalarType.Float32);
        return shortcut!.Forward(wide);
    }

    private Tensor Bottleneck(Tensor input)
    {
        var branch = Next(input, conv1!);
        branch = Next(branch, conv2!);
        branch = conv2b is null ? branch : Next(branch, conv2b);
        if (!gatesBottleneck)
        {
            return branch;
        }

        using var ungated = branch;
        using var gate = attention!.Gate(ungated);
        gate.TimesInPlace(attentionGain);
        ungated.mul_(gate);
        return activation.Apply(ungated);
    }

    private static Tensor Next(Tensor map, FrozenConv conv)
    {
        using (map)
        {
            return conv.Forward(map);
        }
    }

    private Tensor Pool(Tensor x)
    {
        if (poolStride > 1)
        {
            return nn.functional.avg_pool2d(x, 2, poolStride, 0, ceil_mode: true, count_include_pad: false);
        }

        if (!poolsInPlace)
        {
            return x.alias();
        }

        using var padded = SamePadding.Pad(x, 2, 1);
        return nn.functional.avg_pool2d(padded, 2, 1);
    }
}
