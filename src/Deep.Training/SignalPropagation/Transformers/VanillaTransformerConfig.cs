using System.Text.Json;

namespace Deep.Training.SignalPropagation;

/// <summary>
/// Everything that is needed to build a transformer of one kind of block: immutable, comparable by value, stored with checkpoints.
/// </summary>
/// <remarks>
/// Start from <see cref="ForText"/> or <see cref="ForImages"/> and change it by <c>with</c>: a causal language model reads tokens, a
/// picture classifier patches.
/// </remarks>
public sealed record VanillaTransformerConfig
{
    /// <summary>A name for messages and figures. Default that of the block's kind.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>Blocks, L.</summary>
    public required int Layers { get; init; }

    /// <summary>Features of a position, d.</summary>
    public required int Width { get; init; }

    /// <summary>Attention heads, a divisor of the width.</summary>
    public required int Heads { get; init; }

    /// <summary>Features between the two layers of an MLP; 0: four times the width. Default 0.</summary>
    public int MlpWidth { get; init; }

    /// <summary>Tokens of the vocabulary; 0: the model reads patches. Default 0.</summary>
    public int Vocabulary { get; init; }

    /// <summary>The pictures and their patches; null: the model reads tokens. Default null.</summary>
    public PatchInput? Patches { get; init; }

    /// <summary>
    /// Positions that the model is made for: the most with learned positions or attention that is not causal; other causal models take any
    /// number. With patches, their number.
    /// </summary>
    public required int Length { get; init; }

    /// <summary>True: a position attends to itself and those before it. Default true.</summary>
    public bool Causal { get; init; } = true;

    /// <summary>How positions are told apart. Default none.</summary>
    public PositionEncoding Positions { get; init; }

    /// <summary>
    /// True: the sum of embedding and positions is scaled so that its mean square stays 1. False: positions are added as they are, as in
    /// SimplEsT-ViT. Default true.
    /// </summary>
    public bool RescalePositions { get; init; } = true;

    /// <summary>The block.</summary>
    public required TransformerBlockConfig Block { get; init; }

    /// <summary>A normalisation behind the last block. Default none.</summary>
    public NormKind FinalNorm { get; init; }

    /// <summary>True: the head multiplies with the embedding's transpose, divided by the square root of the width. Default false.</summary>
    public bool TiedHead { get; init; }

    /// <summary>True: the head has a bias. Default false.</summary>
    public bool HeadBias { get; init; }

    /// <summary>Features of one head.</summary>
    internal int HeadWidth => Width / Heads;

    /// <summary>Features between the two layers of an MLP, resolved.</summary>
    internal int HiddenWidth => MlpWidth == 0 ? 4 * Width : MlpWidth;

    /// <summary>Logits of the head.</summary>
    internal int Outputs => Patches?.Classes ?? Vocabulary;

    /// <summary>Activations on the path through all blocks: what a tailored activation's slope depends on.</summary>
    internal int ActivationsOnPath => Block.ActivateMlpOutput ? 2 * Layers : Layers;

    /// <summary>How these activations follow each other.</summary>
    internal NetworkTopology Topology => Block.MlpSkip is null
        ? NetworkTopology.Chain(ActivationsOnPath)
        : NetworkTopology.FromComposition(ThroughSkips, FormattableString.Invariant($"{Layers} blocks with normalised skips of weight {Block.MlpSkip.Initial}"));

    /// <summary>A causal language model over tokens.</summary>
    /// <param name="kind">The published block.</param>
    /// <param name="layers">Blocks.</param>
    /// <param name="width">Features of a position.</param>
    /// <param name="heads">Attention heads, a divisor of the width.</param>
    /// <param name="vocabulary">Tokens of the vocabulary.</param>
    /// <param name="length">Positions of a training sequence.</param>
    /// <returns>The configuration; not yet validated.</returns>
    /// <exception cref="ConfigurationException">There is no such kind, or no layer.</exception>
    public static VanillaTransformerConfig ForText(BlockKind kind, int layers, int width, int heads, int vocabulary, int length)
    {
        var block = TransformerBlockConfig.Of(kind, layers);
        return new()
        {
            Name = kind.ToString(),
            Layers = layers,
            Width = width,
            Heads = heads,
            Vocabulary = vocabulary,
            Length = length,
            Block = block,
            FinalNorm = block.Norm == NormKind.None ? block.FirstNorm : block.Norm,
        };
    }

    /// <summary>A picture classifier over patches: attention in both directions, the mean over positions, a head with a bias.</summary>
    /// <param name="kind">The published block.</param>
    /// <param name="layers">Blocks.</param>
    /// <param name="width">Features of a position, a multiple of 4.</param>
    /// <param name="heads">Attention heads, a divisor of the width.</param>
    /// <param name="patches">The pictures and their patches.</param>
    /// <returns>The configuration, with sinusoidal positions; not yet validated.</returns>
    /// <exception cref="ConfigurationException">There is no such kind, or no layer.</exception>
    public static VanillaTransformerConfig ForImages(BlockKind kind, int layers, int width, int heads, PatchInput patches)
    {
        ArgumentNullException.ThrowIfNull(patches);
        patches.Validate();
        return ForText(kind, layers, width, heads, vocabulary: 0, patches.Count) with
        {
            Patches = patches,
            Causal = false,
            Positions = PositionEncoding.Sinusoidal,
            HeadBias = true,
        };
    }

    // As correlations the shares are squares; of the sub-networks, one branch alone may be the worst.
    private double ThroughSkips(double input, Func<double, double> r)
    {
        double Branch(double x) => Block.ActivateMlpOutput ? r(r(x)) : r(x);
        var share = Block.MlpSkip!.Initial * Block.MlpSkip.Initial;
        var x = input;
        for (var layer = 0; layer < Layers; layer++)
        {
            x = (share * x) + ((1 - share) * Branch(x));
        }

        return Math.Max(x, Branch(input));
    }

    /// <summary>Reads a configuration that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The configuration, validated.</returns>
    /// <exception cref="ConfigurationException">The text is not a configuration, or a value is out of range.</exception>
    public static VanillaTransformerConfig FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var config = JsonSerializer.Deserialize(json, VanillaTransformerConfigJson.Default.VanillaTransformerConfig)
                ?? throw new ConfigurationException(nameof(VanillaTransformerConfig), "a JSON object", "null");
            config.Validate();
            return config;
        }
        catch (JsonException error)
        {
            throw new ConfigurationException($"{nameof(VanillaTransformerConfig)}{error.Path}", "the JSON of a configuration", error.Message);
        }
    }

    /// <summary>The configuration as JSON, complete: <see cref="FromJson"/> gives an equal one.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, VanillaTransformerConfigJson.Default.VanillaTransformerConfig);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Layers} blocks of {Width} features and {Heads} heads, "
        + (Patches is null ? $"{Vocabulary} tokens" : $"{Patches.Classes} classes of {Patches.Count} patches");

    /// <summary>Checks that the numbers make a model.</summary>
    /// <exception cref="ConfigurationException">One does not; the message names it, the range and the value.</exception>
    public void Validate()
    {
        const string Record = nameof(VanillaTransformerConfig);
        void Require(bool holds, string setting, string expected, object? found) =>
            ConfigurationRequirement.That(holds, Record, setting, expected, found);

        ConfigurationRequirement.Positive(Layers, Record, nameof(Layers));
        ConfigurationRequirement.Positive(Width, Record, nameof(Width));
        ConfigurationRequirement.Positive(Length, Record, nameof(Length));
        Require(Heads >= 1 && Width % Heads == 0, nameof(Heads), $"a divisor of the width {Width}", Heads);
        Require(MlpWidth >= 0, nameof(MlpWidth), "0 (four times the width) or more", MlpWidth);
        Require((Vocabulary >= 1) != (Patches is not null), nameof(Vocabulary), "1 or more, or 0 where the model reads patches", Vocabulary);
        Patches?.Validate();
        Require(Patches is null || Patches.Count == Length, nameof(Length), $"the {Patches?.Count} patches of a picture", Length);
        ConfigurationRequirement.Defined(Positions, Record, nameof(Positions));
        ConfigurationRequirement.Defined(FinalNorm, Record, nameof(FinalNorm));
        Require(Positions != PositionEncoding.Rotary || HeadWidth % 2 == 0, nameof(Heads), "such that a head's width is even for rotary positions", Heads);
        var fitsSines = Patches is null ? Width % 2 == 0 : Width % 4 == 0 && Width > 4;
        Require(
            Positions != PositionEncoding.Sinusoidal || fitsSines, nameof(Width),
            Patches is null ? "even for sinusoidal positions" : "a multiple of 4 above 4 for sinusoidal positions of patches", Width);
        Require(!TiedHead || Patches is null, nameof(TiedHead), "false where the model reads patches", TiedHead);
        Require(Block is not null, nameof(Block), "a block", Block);
        Block!.Validate(Layers, Causal);
    }
}
