using System.Text.Json;

namespace Deep.NFNets;

// NFNet: High-Performance Large-Scale Image Recognition Without Normalization, 2102.06171.
// NF-ResNet and NF-RegNet: Characterizing signal propagation to close the performance gap in unnormalized ResNets,
// 2101.08692.
// The record holds resolved numbers only: whatever a family computes from factors (widths, rounding) is done in
// NFNetSizes.

/// <summary>
/// Everything that is needed to build a Normalizer-Free network: immutable, comparable by value, stored with
/// checkpoints.
/// </summary>
/// <remarks>Start from a published variant: <c>NFNetConfig.F0 with { Classes = 10 }</c>.</remarks>
public sealed partial record NFNetConfig
{
    /// <summary>The published name, or a name of your own.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>Whose arithmetic the network follows. Default DeepMind.</summary>
    public Numerics Numerics { get; init; } = Numerics.DeepMind;

    /// <summary>Channels of a picture, 1 or more. Default 3.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Classes of the head; 0: no head, the network returns pooled features. Default 1000.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>
    /// The convolutions of the stem, in order, an activation between each two. A small-picture stem has strides of 1.
    /// </summary>
    public required IReadOnlyList<NFNetStemConv> Stem { get; init; }

    /// <summary>True: 3 x 3 max-pooling of stride 2 follows the stem (NF-ResNet). Default false.</summary>
    public bool StemMaxPool { get; init; }

    /// <summary>The stages, in order.</summary>
    public required IReadOnlyList<NFNetStage> Stages { get; init; }

    /// <summary>Channels of the 1 x 1 convolution before pooling; 0: none. Default 0.</summary>
    public int FinalChannels { get; init; }

    /// <summary>The non-linearity. Default GELU, the paper's for NFNets.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>
    /// True: the activation's gain is applied to activations (the paper). False: it is part of each convolution's
    /// weights, the first and the shortcuts' among them (timm's own networks).
    /// </summary>
    public bool GainInActivation { get; init; } = true;

    /// <summary>True: a second 3 x 3 convolution in each block (NFNet, section 4.2). Default true.</summary>
    public bool SecondConv { get; init; } = true;

    /// <summary>The channel attention. Default squeeze and excitation.</summary>
    public AttentionKind Attention { get; init; } = AttentionKind.SqueezeExcite;

    /// <summary>Where the channel attention stands.</summary>
    public AttentionPlacement AttentionPlacement { get; init; }

    /// <summary>Hidden width of squeeze and excitation as a share of its channels. Default 0.5, the paper's.</summary>
    public double AttentionRatio { get; init; } = 0.5;

    /// <summary>
    /// Factor on attended channels that makes up for the sigmoid's mean of 0.5. Default 2, the paper's.
    /// </summary>
    public double AttentionGain { get; init; } = 2;

    /// <summary>How a shortcut changes resolution and width.</summary>
    public ShortcutKind Shortcut { get; init; }

    /// <summary>
    /// Growth of the standard deviation per block: out = shortcut + alpha * branch. Default 0.2, the paper's.
    /// </summary>
    public double Alpha { get; init; } = 0.2;

    /// <summary>
    /// True: a learned scalar, initially 0, on each residual branch (SkipInit, 2002.10444). False: the gain of the
    /// branch's last convolution starts at 0 instead. Default true.
    /// </summary>
    public bool SkipGain { get; init; } = true;

    /// <summary>
    /// The constant of weight standardization: a floor for var * fan_in (DeepMind, 1e-4) or added to var (timm, 1e-5).
    /// </summary>
    public double StandardizationEpsilon { get; init; } = 1e-4;

    /// <summary>
    /// True: SAME padding as in TensorFlow, the odd pixel at the bottom right. False: symmetric padding. Default true.
    /// </summary>
    public bool SamePadding { get; init; } = true;

    /// <summary>
    /// Bottleneck and squeeze widths are rounded to a multiple of this; 1: truncated, as DeepMind does. Default 1.
    /// </summary>
    public int ChannelDivisor { get; init; } = 1;

    /// <summary>
    /// Expansion of the network's first block where it differs from its stage's; 0: does not differ. NF-RegNet: 1.
    /// </summary>
    public double FirstExpansion { get; init; }

    /// <summary>
    /// The largest reduction of the resolution: where a stride would pass it, convolutions are dilated instead (for
    /// dense prediction, 8 or 16). 0: no limit. Default 0.
    /// </summary>
    public int OutputStride { get; init; }

    /// <summary>
    /// Probability of dropping a pooled feature in training, [0, 1). Published values are per variant.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Rate of stochastic depth, [0, 1). Default 0; the paper trains all NFNets with 0.25, NF-RegNets with 0.1.
    /// </summary>
    public double StochasticDepth { get; init; }

    /// <summary>How stochastic depth is spread and scaled.</summary>
    public StochasticDepthRule StochasticDepthRule { get; init; }

    /// <summary>
    /// True: the classifier's weights start at 0 (NF-RegNet). False: normal with deviation 0.01. Default false.
    /// </summary>
    public bool ZeroClassifier { get; init; }

    /// <summary>
    /// Side of the square pictures that the variant was trained on, in pixels. Any other size may be given to the
    /// network.
    /// </summary>
    public int TrainSize { get; init; } = 224;

    /// <summary>Side of the square pictures that the variant is evaluated on, in pixels.</summary>
    public int TestSize { get; init; } = 224;

    /// <summary>Evaluation: side of the crop as a share of the resized picture, (0, 1]. Default 0.9.</summary>
    public double CropFraction { get; init; } = 0.9;

    /// <summary>
    /// Evaluation: pixels that the resized picture is larger than the crop (DeepMind: 32), in place of
    /// <see cref="CropFraction"/>;
    /// 0, the default: not used.
    /// </summary>
    public int CropMargin { get; init; }

    /// <summary>
    /// Evaluation: true resizes both sides alike and ignores the aspect ratio (DeepMind), false resizes the shorter
    /// side.
    /// </summary>
    public bool Squash { get; init; }

    /// <summary>
    /// Mean of each input channel, of pixels in [0, 1], subtracted before the network. Default ImageNet's.
    /// </summary>
    public IReadOnlyList<double> Mean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>Standard deviation of each input channel, of pixels in [0, 1]. Default ImageNet's.</summary>
    public IReadOnlyList<double> StandardDeviation { get; init; } = [0.229, 0.224, 0.225];

    /// <summary>Channels of the pooled features that enter the head.</summary>
    public int Features => Activated(FinalChannels > 0 ? FinalChannels : Stages[^1].Width);

    /// <summary>Reads a configuration that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The configuration, validated.</returns>
    /// <exception cref="ConfigurationException">The text is not a configuration, or a value is out of
    /// range.</exception>
    public static NFNetConfig FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var config = JsonSerializer.Deserialize(json, NFNetConfigJson.Default.NFNetConfig)
                ?? throw new ConfigurationException(nameof(NFNetConfig), "a JSON object", "null");
            config.Validate();
            return config;
        }
        catch (JsonException error)
        {
            throw new ConfigurationException($"{nameof(NFNetConfig)}{error.Path}", "the JSON of a configuration",
                error.Message);
        }
    }

    /// <summary>The configuration as JSON, complete: <see cref="FromJson"/> gives an equal one.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, NFNetConfigJson.Default.NFNetConfig);

    /// <summary>True when every value is equal, those in lists among them.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(NFNetConfig? other) =>
        other is not null && (ReferenceEquals(this, other) || ToJson() == other.ToJson());

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToJson());

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {string.Join("-", Stages.Select(s => s.Blocks))} blocks of "
        + $"{string.Join("-", Stages.Select(s => s.Width))} channels, {Classes} classes";

    /// <summary>Checks that the numbers make a network.</summary>
    /// <exception cref="ConfigurationException">One does not; the message names it, the range and the
    /// value.</exception>
    public void Validate()
    {
        Require(InputChannels >= 1, nameof(InputChannels), "1 or more", InputChannels);
        Require(Classes >= 0, nameof(Classes), "0 (no head) or more", Classes);
        Require(Stem is { Count: > 0 }, nameof(Stem), "one convolution or more", Stem?.Count);
        foreach (var conv in Stem!)
        {
            Require(conv.Channels >= 1 && conv.Stride >= 1 && conv.Kernel % 2 == 1 && conv.Kernel > 0, nameof(Stem),
                "channels and stride of 1 or more and an odd kernel in each convolution", conv);
        }

        Require(Stages is { Count: > 0 }, nameof(Stages), "one stage or more", Stages?.Count);
        foreach (var stage in Stages!)
        {
            Require(stage.Blocks >= 1 && stage.Width >= 1 && stage.Stride is 1 or 2, nameof(Stages),
                "blocks and width of 1 or more and a stride of 1 or 2 in each stage", stage);
            Require(stage.Expansion > 0 && double.IsFinite(stage.Expansion) && stage.GroupWidth >= 0, nameof(Stages),
                "an expansion above 0 and a group width of 0 or more in each stage", stage);
        }

        Require(FinalChannels >= 0, nameof(FinalChannels), "0 (none) or more", FinalChannels);
        Require(AttentionRatio > 0 && AttentionRatio <= 1, nameof(AttentionRatio), "in (0, 1]", AttentionRatio);
        Require(double.IsFinite(AttentionGain), nameof(AttentionGain), "a finite number", AttentionGain);
        Require(Alpha > 0 && double.IsFinite(Alpha), nameof(Alpha), "above 0", Alpha);
        Require(StandardizationEpsilon >= 0 && StandardizationEpsilon < 1, nameof(StandardizationEpsilon), "in [0, 1)",
            StandardizationEpsilon);
        Require(ChannelDivisor >= 1, nameof(ChannelDivisor), "1 or more", ChannelDivisor);
        Require(FirstExpansion >= 0 && double.IsFinite(FirstExpansion), nameof(FirstExpansion),
            "0 (as its stage) or more", FirstExpansion);
        Require(OutputStride is 0 or 1 or 2 or 4 or 8 or 16 or 32, nameof(OutputStride),
            "0 (no limit), 1, 2, 4, 8, 16 or 32", OutputStride);
        Require(Dropout >= 0 && Dropout < 1, nameof(Dropout), "in [0, 1)", Dropout);
        Require(StochasticDepth >= 0 && StochasticDepth < 1, nameof(StochasticDepth), "in [0, 1)", StochasticDepth);
        Require(TrainSize >= 1, nameof(TrainSize), "1 or more", TrainSize);
        Require(TestSize >= 1, nameof(TestSize), "1 or more", TestSize);
        Require(CropFraction > 0 && CropFraction <= 1, nameof(CropFraction), "in (0, 1]", CropFraction);
        Require(CropMargin is >= 0 and <= 16_384, nameof(CropMargin), "0 (none) to 16384", CropMargin);
        Require(Mean is { Count: > 0 } && StandardDeviation?.Count == Mean.Count, nameof(StandardDeviation),
            $"as long as {nameof(Mean)}", StandardDeviation?.Count);
        Require(StandardDeviation!.All(s => s > 0), nameof(StandardDeviation), "above 0 in each channel",
            string.Join(", ", StandardDeviation!));
        foreach (var block in Plan())
        {
            Require(
                block.BottleneckChannels >= 1 && block.Groups >= 1
                    && Activated(block.BottleneckChannels) % block.Groups == 0
                    && block.BottleneckChannels % block.Groups == 0,
                nameof(Stages),
                $"such that the bottleneck of stage {block.Stage} has one whole group or more",
                $"{block.BottleneckChannels} channels in {block.Groups} groups");
        }
    }

    private static void Require(bool holds, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(NFNetConfig)}.{setting}", expected, found);
        }
    }
}
