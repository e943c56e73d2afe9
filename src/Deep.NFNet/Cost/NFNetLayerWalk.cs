namespace Deep.NFNets;

/// <summary>Walks a configuration as <see cref="NFNet"/> computes it and notes each layer.</summary>
internal sealed class NFNetLayerWalk
{
    private readonly NFNetConfig config;
    private readonly bool roundsUp;
    private readonly List<NFNetLayer> layers = [];
    private double height;
    private double width;

    public NFNetLayerWalk(NFNetConfig config, int height, int width, bool roundsUp)
    {
        (this.config, this.height, this.width, this.roundsUp) = (config, height, width, roundsUp);
        Stem();
        foreach (var block in config.Plan())
        {
            Block(block);
        }

        var last = config.Stages[^1].Width;
        if (config.FinalChannels > 0)
        {
            Conv("final_conv", last, config.FinalChannels, 1);
        }

        if (config.Classes > 0)
        {
            Linear("head.fc", NFNetLayerKind.Classifier, config.Features, config.Classes,
                [config.Classes, config.Features]);
        }
    }

    public IReadOnlyList<NFNetLayer> Layers => layers;

    private void Stem()
    {
        var channels = config.InputChannels;
        for (var i = 0; i < config.Stem.Count; i++)
        {
            var conv = config.Stem[i];
            Conv(config.Stem.Count == 1 ? "stem.conv" : $"stem.conv{i + 1}", channels, conv.Channels, conv.Kernel,
                conv.Stride);
            channels = config.Activated(conv.Channels);
        }

        if (config.StemMaxPool)
        {
            Reduce(3, 2);
        }
    }

    private void Block(NFBlockPlan plan)
    {
        var name = $"stages.{plan.Stage}.{plan.Index}";
        var (middle, activated) = (plan.BottleneckChannels, config.Activated(plan.BottleneckChannels));
        var inBottleneck = config.AttentionPlacement == AttentionPlacement.InBottleneck;
        Conv($"{name}.conv1", config.Activated(plan.InputChannels), middle, 1);
        Conv($"{name}.conv2", activated, middle, 3, plan.Stride, plan.Groups);
        if (config.SecondConv)
        {
            Conv($"{name}.conv2b", activated, middle, 3, groups: plan.Groups);
        }

        if (inBottleneck)
        {
            Attention($"{name}.attn", middle);
        }

        Conv($"{name}.conv3", activated, plan.OutputChannels, 1);
        if (!inBottleneck)
        {
            Attention($"{name}.attn_last", plan.OutputChannels);
        }

        if (config.SkipGain)
        {
            layers.Add(new($"{name}.skipinit_gain", NFNetLayerKind.SkipGain, [], plan.OutputChannels, Whole(height),
                Whole(width), 0));
        }

        if (plan.HasDownsample)
        {
            Conv($"{name}.downsample.conv", config.Activated(plan.InputChannels), plan.OutputChannels, 1);
        }
    }

    private void Attention(string name, int channels)
    {
        if (config.Attention == AttentionKind.SqueezeExcite)
        {
            var hidden = config.SqueezedChannels(channels);
            Linear($"{name}.fc1", NFNetLayerKind.Pointwise, channels, hidden, [hidden, channels, 1, 1]);
            Linear($"{name}.fc2", NFNetLayerKind.Pointwise, hidden, channels, [channels, hidden, 1, 1]);
        }
        else if (config.Attention == AttentionKind.EfficientChannel)
        {
            var taps = EfficientChannelAttention.Taps(channels);
            layers.Add(new($"{name}.conv", NFNetLayerKind.ChannelConvolution, [1, 1, taps], channels, 1, 1,
                (double)channels * taps));
        }
    }

    private void Conv(string name, int input, int output, int kernel, int stride = 1, int groups = 1)
    {
        Reduce(kernel, stride);
        long[] shape = [output, input / groups, kernel, kernel];
        layers.Add(new(name, NFNetLayerKind.Convolution, shape, output, Whole(height), Whole(width),
            shape.Aggregate(1L, (a, b) => a * b) * height * width));
    }

    private void Linear(string name, NFNetLayerKind kind, int input, int output, long[] shape) =>
        layers.Add(new(name, kind, shape, output, 1, 1, (double)input * output));

    private void Reduce(int kernel, int stride)
    {
        height = Reduced(height, kernel, stride);
        width = Reduced(width, kernel, stride);
    }

    private double Reduced(double size, int kernel, int stride)
    {
        if (!roundsUp || stride == 1)
        {
            return size / stride;
        }

        // Symmetric padding rounds up as SAME does for strides of 1 and 2; a longer stride may give one pixel more.
        var padding = (stride + kernel - 2) / 2;
        return config.SamePadding ? Math.Ceiling(size / stride) : Math.Floor((size + (2 * padding) - kernel) / stride)
            + 1;
    }

    private static int Whole(double size) => (int)Math.Ceiling(size);
}
