using TorchSharp;

namespace Deep.NFNets;

public sealed partial record NFNetConfig
{
    /// <summary>The blocks in order, with every width, group, dilation, beta and drop rate resolved.</summary>
    /// <remarks>
    /// The expected standard deviation grows with each block by sqrt(std^2 + alpha^2) and starts again at 1 where a
    /// stage's first block takes its shortcut from the scaled activation (NFNet, section 3); that first block itself
    /// still sees the old value.
    /// </remarks>
    public IReadOnlyList<NFBlockPlan> Plan()
    {
        var blocks = new List<NFBlockPlan>();
        var total = Stages.Sum(stage => stage.Blocks);
        var channels = Stem[^1].Channels;
        var (reduction, dilation, variance) = (StemStride, 1, 1.0);
        for (var s = 0; s < Stages.Count; s++)
        {
            var stage = Stages[s];
            var stride = stage.Stride;
            if (OutputStride > 0 && stride > 1 && reduction >= OutputStride)
            {
                (dilation, stride) = (dilation * stride, 1);
            }

            reduction *= stride;

            // The block that trades its stride for dilation keeps its neighbours' spacing in its first convolution.
            var firstDilation = dilation is 1 or 2 ? 1 : 2;
            for (var b = 0; b < stage.Blocks; b++)
            {
                var (bottleneck, groups) = Bottleneck(stage, channels, blocks.Count == 0);
                var blockStride = b == 0 ? stride : 1;
                blocks.Add(new NFBlockPlan(
                    s, b, channels, stage.Width, bottleneck, groups, blockStride, dilation, firstDilation,
                    Beta: 1 / Math.Sqrt(variance),
                    DropRate(blocks.Count, total),
                    HasDownsample: channels != stage.Width || blockStride != 1 || dilation != firstDilation));
                variance = (b == 0 ? 1 : variance) + (Alpha * Alpha);
                firstDilation = dilation;
                channels = stage.Width;
            }
        }

        return blocks;
    }

    /// <summary>Reduction of the resolution by the stem.</summary>
    internal int StemStride => Stem.Aggregate(StemMaxPool ? 2 : 1, (product, conv) => product * conv.Stride);

    /// <summary>Factor in the convolutions' weights: the activation's gain where activations do not carry it.</summary>
    internal double WeightScale => GainInActivation ? 1 : Activation.Gain();

    /// <summary>A convolution with the network's form of weight standardization and padding.</summary>
    internal ScaledWeightStandardizedConv Conv(
        int input, int output, int kernel, int stride = 1, int dilation = 1, int groups = 1,
        torch.Device? device = null) =>
        new(input, output, kernel, stride, dilation, groups, Numerics, StandardizationEpsilon, SamePadding, WeightScale,
            device);

    /// <summary>Channels after the activation.</summary>
    internal int Activated(int channels) => Activation == Activation.Glu ? channels / 2 : channels;

    /// <summary>Hidden width of squeeze and excitation over <paramref name="channels"/>.</summary>
    internal int SqueezedChannels(int channels) =>
        ChannelDivisor == 1
            ? Math.Max(1, (int)(channels * AttentionRatio))
            : RoundChannels(channels * AttentionRatio, ChannelDivisor, 0);

    /// <summary>
    /// The multiple of <paramref name="divisor"/> nearest to <paramref name="channels"/>, not below
    /// <paramref name="limit"/> of it.
    /// </summary>
    internal static int RoundChannels(double channels, int divisor, double limit = 0.9)
    {
        var rounded = Math.Max(divisor, (int)(channels + (divisor / 2.0)) / divisor * divisor);
        return rounded < limit * channels ? rounded + divisor : rounded;
    }

    private (int Channels, int Groups) Bottleneck(NFNetStage stage, int input, bool first)
    {
        var expansion = first && FirstExpansion > 0 ? FirstExpansion : stage.Expansion;
        var exact = (stage.BigWidth ? stage.Width : input) * expansion;
        var channels = ChannelDivisor == 1 ? (int)exact : RoundChannels(exact, ChannelDivisor);
        if (stage.GroupWidth == 0)
        {
            return (channels, 1);
        }

        var groups = channels / stage.GroupWidth;
        return (stage.GroupWidth % ChannelDivisor == 0 ? stage.GroupWidth * groups : channels, groups);
    }

    private double DropRate(int block, int total) => StochasticDepthRule == StochasticDepthRule.DeepMind
        ? StochasticDepth * block / total
        : total == 1 ? 0 : StochasticDepth * block / (total - 1);
}
