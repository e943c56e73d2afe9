using System.Text.Json;
using System.Text.Json.Nodes;

namespace Deep.Perceivers;

// Perceiver: General Perception with Iterative Attention, 2103.03206.
// Perceiver IO: A General Architecture for Structured Inputs & Outputs, 2107.14795.

/// <summary>
/// Everything that is needed to build a Perceiver: immutable, comparable by value, stored with checkpoints.
/// </summary>
/// <remarks>
/// An input of any kind is made a byte array [B, M, C] by the preprocessor; cross-attends read it into the latents
/// [B, N, D], blocks of self-attention work on these, and the decoder asks them queries. Start from a published
/// configuration: <c>PerceiverConfig.ImageNetFourier with { Latents = 256 }</c>.
/// </remarks>
public sealed partial record PerceiverConfig
{
    /// <summary>The published name, or a name of your own.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>How the input becomes the byte array [B, M, C].</summary>
    public required PreprocessorConfig Preprocessor { get; init; }

    /// <summary>N, the latents. Default 512.</summary>
    public int Latents { get; init; } = 512;

    /// <summary>D, the channels of a latent. Default 1024.</summary>
    public int LatentChannels { get; init; } = 1024;

    /// <summary>
    /// C, the cross-attends to the input: one at the start of each of the first C blocks. 1 to <see cref="Blocks"/>.
    /// Default 1, as in Perceiver IO.
    /// </summary>
    public int CrossAttends { get; init; } = 1;

    /// <summary>Blocks of latent self-attention. Default 8.</summary>
    public int Blocks { get; init; } = 8;

    /// <summary>Self-attention layers of a block. Default 6.</summary>
    public int LayersPerBlock { get; init; } = 6;

    /// <summary>Which cross-attends share weights. Default all but the first, as in Perceiver.</summary>
    public Sharing CrossSharing { get; init; } = Sharing.AllButFirst;

    /// <summary>Which blocks share weights. Default all, as in both papers.</summary>
    public Sharing BlockSharing { get; init; } = Sharing.All;

    /// <summary>The encoder's cross-attends. Default one head.</summary>
    public AttentionConfig CrossAttention { get; init; } = new();

    /// <summary>The latent self-attention. Default 8 heads.</summary>
    public AttentionConfig SelfAttention { get; init; } = new() { Heads = 8 };

    /// <summary>True, the default: the encoder's cross-attends add to the latents. False: they replace them.</summary>
    public bool UseQueryResidual { get; init; } = true;

    /// <summary>How outputs are read; null: the network's output is the latents.</summary>
    public DecoderConfig? Decoder { get; init; }

    /// <summary>What becomes of decoded rows; null: they are the output.</summary>
    public PostprocessorConfig? Postprocessor { get; init; }

    /// <summary>Which GELU. Default tanh, DeepMind's.</summary>
    public GeluForm Gelu { get; init; }

    /// <summary>What a query attends to when everything is hidden from it. Default nothing, DeepMind's.</summary>
    public MaskedRows MaskedRows { get; init; }

    /// <summary>Standard deviation of fresh latents, cut at two of them. Default 0.02.</summary>
    public double LatentScale { get; init; } = 0.02;

    /// <summary>Sets of weights of the cross-attends.</summary>
    public int DistinctCrossAttends => Distinct(CrossAttends, CrossSharing);

    /// <summary>Sets of weights of the blocks.</summary>
    public int DistinctBlocks => Distinct(Blocks, BlockSharing);

    /// <summary>Self-attention layers that a latent passes through.</summary>
    public int Depth => Blocks * LayersPerBlock;

    /// <summary>A Perceiver IO that classifies one input, with a single learned query.</summary>
    /// <param name="preprocessor">The input.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="queryChannels">Channels of the query; 0: <see cref="LatentChannels"/>' default, 1024.</param>
    /// <returns>The configuration, with the sizes of the ImageNet models; change them by <c>with</c>.</returns>
    public static PerceiverConfig ForClassification(PreprocessorConfig preprocessor, int classes, int queryChannels = 0) => new()
    {
        Preprocessor = preprocessor,
        Decoder = new ClassificationDecoderConfig { Classes = classes, Width = queryChannels == 0 ? 1024 : queryChannels, UseQueryResidual = true },
    };

    /// <summary>Reads a configuration that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The configuration, validated.</returns>
    /// <exception cref="ConfigurationException">The text is not a configuration, or a value is out of range.</exception>
    public static PerceiverConfig FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var config = JsonSerializer.Deserialize(json, PerceiverConfigJson.Default.PerceiverConfig)
                ?? throw new ConfigurationException(nameof(PerceiverConfig), "a JSON object", "null");
            config.Validate();
            return config;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ConfigurationException($"{nameof(PerceiverConfig)}{(error as JsonException)?.Path}", "the JSON of a configuration", error.Message);
        }
    }

    /// <summary>The configuration as JSON, complete: <see cref="FromJson"/> gives an equal one.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PerceiverConfigJson.Default.PerceiverConfig);

    /// <summary>True when every value is equal, those in lists and dictionaries among them.</summary>
    /// <param name="other">The configuration to compare with.</param>
    public bool Equals(PerceiverConfig? other) => other is not null && (ReferenceEquals(this, other)
        || JsonNode.DeepEquals(JsonNode.Parse(ToJson()), JsonNode.Parse(other.ToJson())));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Latents, LatentChannels, CrossAttends, Blocks, LayersPerBlock);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Latents} x {LatentChannels} latents, {CrossAttends} cross-attends, {Blocks} blocks of {LayersPerBlock} layers";

    /// <summary>Checks that the numbers make a network.</summary>
    /// <exception cref="ConfigurationException">One does not; the message names it, the range and the value.</exception>
    public void Validate()
    {
        AtLeastOne(Latents, nameof(Latents));
        AtLeastOne(LatentChannels, nameof(LatentChannels));
        AtLeastOne(Blocks, nameof(Blocks));
        AtLeastOne(LayersPerBlock, nameof(LayersPerBlock));
        Require.That(CrossAttends >= 1 && CrossAttends <= Blocks, At(nameof(CrossAttends)), $"1 to the {Blocks} blocks", CrossAttends);
        Require.That(double.IsFinite(LatentScale) && LatentScale >= 0, At(nameof(LatentScale)), "finite and not negative", LatentScale);
        Require.That(Preprocessor is not null, At(nameof(Preprocessor)), "given", null);
        Preprocessor.Validate(At(nameof(Preprocessor)));
        Require.That(CrossAttention is not null, At(nameof(CrossAttention)), "given", null);
        Require.That(SelfAttention is not null, At(nameof(SelfAttention)), "given", null);
        CrossAttention.Validate(At(nameof(CrossAttention)));
        SelfAttention.Validate(At(nameof(SelfAttention)));
        _ = CrossAttention.Widths(LatentChannels, Preprocessor.Channels, At(nameof(CrossAttention)));
        _ = SelfAttention.Widths(LatentChannels, LatentChannels, At(nameof(SelfAttention)));
        ValidateOutput();
    }

    private void ValidateOutput()
    {
        if (Decoder is null)
        {
            Require.That(Postprocessor is null, At(nameof(Postprocessor)), "null where there is no decoder", Postprocessor?.GetType().Name);
            return;
        }

        Decoder.Validate(At(nameof(Decoder)), Preprocessor);
        if (Decoder.QueryChannels(Preprocessor) is var queryChannels and > 0)
        {
            _ = Decoder.CrossAttention.Widths(queryChannels, LatentChannels, $"{At(nameof(Decoder))}.{nameof(Decoder.CrossAttention)}");
        }

        Postprocessor?.Validate(At(nameof(Postprocessor)), this, Decoder.OutputChannels(Preprocessor));
    }

    private static int Distinct(int count, Sharing sharing) => sharing switch
    {
        Sharing.All => 1,
        Sharing.AllButFirst => Math.Min(count, 2),
        _ => count,
    };

    private static string At(string property) => $"{nameof(PerceiverConfig)}.{property}";

    private static void AtLeastOne(int value, string property) => Require.That(value >= 1, At(property), "1 or more", value);
}
