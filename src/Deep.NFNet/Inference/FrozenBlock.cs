using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels

/// <summary>A Normalizer-Free block, frozen: shortcut + c * gate * branch, with c = alpha * skip gain * attention gain.</summary>
/// <remarks>
/// Exact folds: gamma and beta into the convolutions that follow an activation; c into the last convolution where no gate stands
/// after it, which then adds to the shortcut itself. A skip gain of zero leaves the shortcut alone.
/// </remarks>
internal sealed class FrozenBlock : IDisposable
{
    private readonly FrozenActivation activation;
    private readonly FrozenConv? shortcut;
    private readonly FrozenConv? conv1;
    private readonly FrozenConv? conv2;
    private readonly FrozenConv? conv2b;
    private readonly FrozenConv? conv3;
    private readonly FrozenAttention? attention;
    private readonly bool gatesBottleneck;
    private readonly double gateScale;
    private readonly int poolStride;
    private readonly bool poolsInPlace;

    /// <param name="block">The trained block.</param>
    /// <param name="config">The network.</param>
    /// <param name="activation">Its activation, unscaled.</param>
    /// <param name="options">How to freeze.</param>
    public FrozenBlock(NFBlock block, NFNetConfig config, FrozenActivation activation, InferenceOptions options)
    {
        this.activation = activation;
        var gamma = config.GainInActivation ? config.Activation.Gain() : 1;
        var entry = gamma * block.Plan.Beta;
        if (block.Downsample is { } downsample)
        {
            shortcut = new FrozenConv(downsample.Conv, entry, null, options);
            (poolStride, poolsInPlace) = (downsample.PoolStride, downsample.PoolsInPlace);
        }

        var scale = config.Alpha * (block.SkipInitGain?.to(ScalarType.Float64).item<double>() ?? 1);
        if (scale == 0)
        {
            return;
        }

        gatesBottleneck = block.Attention is not null && config.AttentionPlacement == AttentionPlacement.InBottleneck;
        attention = block.Attention is null ? null : new FrozenAttention(block.Attention, options.Precision);
        var gatesOutput = attention is not null && !gatesBottleneck;
        gateScale = gatesBottleneck ? config.AttentionGain : config.AttentionGain * scale;
        conv1 = new FrozenConv(block.Conv1, entry, activation, options);
        conv2 = new FrozenConv(block.Conv2, gamma, gatesBottleneck && block.Conv2b is null ? null : activation, options);
        conv2b = block.Conv2b is null ? null : new FrozenConv(block.Conv2b, gamma, gatesBottleneck ? null : activation, options);
        conv3 = new FrozenConv(block.Conv3, gamma, null, options, outputScale: gatesOutput ? 1 : scale);
    }

    /// <summary>The block. Takes <paramref name="x"/> over: it is changed or disposed.</summary>
    /// <param name="x">[N, C_in, H, W], channels-last.</param>
    /// <returns>[N, C_out, H', W'], channels-last. The caller disposes it.</returns>
    public Tensor Forward(Tensor x)
    {
        if (shortcut is null && conv1 is null)
        {
            return x;
        }

        var input = activation.Apply(x);
        var sum = x;
        if (shortcut is not null)
        {
            x.Dispose();
            var pooled = Pool(input);
            sum = shortcut.Forward(pooled);
            if (!ReferenceEquals(pooled, input))
            {
                pooled.Dispose();
            }
        }

        var branch = conv1 is null ? null : Bottleneck(input);
        if (branch is null)
        {
            input.Dispose();
            return sum;
        }

        using (branch)
        {
            if (attention is null || gatesBottleneck)
            {
                conv3!.AddTo(sum, branch);
                return sum;
            }

            using var output = conv3!.Forward(branch);
            using var gate = attention.Gate(output);
            return sum.addcmul_(output, gate, gateScale);
        }
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
        gate.mul_(gateScale);
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
            return x;
        }

        using var padded = SamePadding.Pad(x, 2, 1);
        return nn.functional.avg_pool2d(padded, 2, 1);
    }
}
