namespace Deep.Training.SignalPropagation;

// The unified view of "Simplifying Transformer Blocks" (2311.01906, equations 1 to 6):
//   x <- alpha_SA x + beta_SA MHA(N(x)),  x <- alpha_FF x + beta_FF MLP(N(x)),  or both side by side;
//   MHA(x) = (alpha I + beta A(x) - gamma C) x W^V W^P, each of W^V and W^P plain, the identity, or skip + residual.

/// <summary>
/// One transformer block in the unified view in which every published block is a choice of gains: immutable, complete, validated.
/// </summary>
/// <remarks>The published blocks are presets: <see cref="Of"/>.</remarks>
public sealed partial record TransformerBlockConfig
{
    /// <summary>The normalisation. Default none.</summary>
    public NormKind Norm { get; init; }

    /// <summary>Where it stands. Default in front of what a sub-block reads.</summary>
    public NormPosition NormPosition { get; init; }

    /// <summary>Where <see cref="Norm"/> is none: a normalisation in the first block, in front of its attention. Default none.</summary>
    public NormKind FirstNorm { get; init; }

    /// <summary>The normalisations' epsilon. Default 1e-5; simplified_transformers uses 1e-8.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>True: attention and MLP both read the block's input, and their outputs are added. Default false.</summary>
    public bool Parallel { get; init; }

    /// <summary>beta_SA, the factor of the attention's output. Default 1.</summary>
    public Gain AttentionBranch { get; init; } = Gain.One;

    /// <summary>alpha_SA, the factor of the skip around the attention; null: no skip. Default null.</summary>
    public Gain? AttentionSkip { get; init; }

    /// <summary>beta_FF, the factor of the MLP's output. Default 1.</summary>
    public Gain MlpBranch { get; init; } = Gain.One;

    /// <summary>alpha_FF, the factor of the skip around the MLP, or around a parallel block; null: no skip. Default null.</summary>
    public Gain? MlpSkip { get; init; }

    /// <summary>alpha, the factor of the identity in the attention matrix, for each head; null: none. Default null.</summary>
    public Gain? IdentityGain { get; init; }

    /// <summary>beta, the factor of softmax attention in the attention matrix, for each head. Default 1.</summary>
    public Gain AttentionGain { get; init; } = Gain.One;

    /// <summary>
    /// gamma, the factor of the subtracted centre C, attention at equal logits, for each head; null: none. Default null.
    /// </summary>
    public Gain? CentreGain { get; init; }

    /// <summary>Signal-preserving attention, a bias and a rescaling of each layer's own; null: none. Default null.</summary>
    public SpaConfig? Spa { get; init; }

    /// <summary>True: queries and keys are RMS-normalised in each head. Default false.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>c: logits become c tanh(logits / c), as in Grok-1, whose c is 30; null: they stay. Default null.</summary>
    public double? LogitSoftCap { get; init; }

    /// <summary>True: logits are divided by the square root of a head's width. Default true.</summary>
    public bool ScaleLogitsByWidth { get; init; } = true;

    /// <summary>True: logits are divided by the layer's number, which starts at 1. Default false.</summary>
    public bool ScaleLogitsByLayer { get; init; }

    /// <summary>W^V. Default a trained matrix.</summary>
    public ProjectionConfig Value { get; init; } = ProjectionConfig.Linear;

    /// <summary>W^V of the first block where it differs; null: as in the others.</summary>
    public ProjectionConfig? FirstValue { get; init; }

    /// <summary>W^O, which 2311.01906 writes W^P. Default a trained matrix.</summary>
    public ProjectionConfig Output { get; init; } = ProjectionConfig.Linear;

    /// <summary>W^O of the last block where it differs; null: as in the others.</summary>
    public ProjectionConfig? LastOutput { get; init; }

    /// <summary>True: queries, keys, values and outputs have biases. Default false.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>True: both layers of the MLP have biases. Default false.</summary>
    public bool MlpBias { get; init; }

    /// <summary>The MLP's non-linearity. Default the tailored leaky ReLU.</summary>
    public MlpActivation Activation { get; init; } = MlpActivation.Tailored();

    /// <summary>True: the non-linearity follows the MLP's second layer too (SimplEsT-ViT). Default false.</summary>
    public bool ActivateMlpOutput { get; init; }

    /// <summary>True: a new model's W^Q is 0, so that its logits are its biases. Default true.</summary>
    public bool ZeroQueries { get; init; } = true;

    /// <summary>How a new model's other matrices are drawn. Default orthogonal.</summary>
    public WeightDraw Weights { get; init; }

    /// <summary>
    /// Factor of a new model's W^O and second MLP matrix, the ends of residual branches. Default 1; GPT-2's is 1 / sqrt(2 L).
    /// </summary>
    public double BranchScale { get; init; } = 1;

    private bool HasNormalizedMlpSkip => !Parallel && MlpSkip is { Trainable: false } skip && !MlpBranch.Trainable
        && Math.Abs((skip.Initial * skip.Initial) + (MlpBranch.Initial * MlpBranch.Initial) - 1) < 1e-9;

    private bool HasShortcuts => Norm != NormKind.None || FirstNorm != NormKind.None || AttentionSkip is not null || MlpSkip is not null;

    internal NormKind AttentionNormOf(int layer) => layer == 0 && Norm == NormKind.None ? FirstNorm : Norm;

    internal ProjectionConfig ValueOf(int layer) => layer == 0 && FirstValue is not null ? FirstValue : Value;

    internal ProjectionConfig OutputOf(int layer, int layers) => layer == layers - 1 && LastOutput is not null ? LastOutput : Output;

    /// <summary>Checks the block for a stack of blocks.</summary>
    /// <param name="layers">Blocks in the stack.</param>
    /// <param name="causal">Whether a position sees only those before it.</param>
    /// <exception cref="ConfigurationException">A value makes no block; the message names it, the range and the value.</exception>
    public void Validate(int layers, bool causal = true)
    {
        const string Record = nameof(TransformerBlockConfig);
        void Require(bool holds, string setting, string expected, object? found) =>
            ConfigurationRequirement.That(holds, Record, setting, expected, found);

        ConfigurationRequirement.Positive(layers, Record, nameof(layers));
        ConfigurationRequirement.Defined(Norm, Record, nameof(Norm));
        ConfigurationRequirement.Defined(FirstNorm, Record, nameof(FirstNorm));
        ConfigurationRequirement.Defined(NormPosition, Record, nameof(NormPosition));
        ConfigurationRequirement.Defined(Weights, Record, nameof(Weights));
        Require(FirstNorm == NormKind.None || Norm == NormKind.None, nameof(FirstNorm), "None where every block is normalised", FirstNorm);
        Require(NormEpsilon is > 0 and < 1, nameof(NormEpsilon), "in (0, 1)", NormEpsilon);
        Require(!Parallel || AttentionSkip is null, nameof(AttentionSkip), "null in a parallel block, whose one skip is the MLP's", AttentionSkip);
        foreach (var (gain, name) in new[]
        {
            (AttentionBranch, nameof(AttentionBranch)), (AttentionSkip, nameof(AttentionSkip)), (MlpBranch, nameof(MlpBranch)), (MlpSkip, nameof(MlpSkip)),
            (IdentityGain, nameof(IdentityGain)), (AttentionGain, nameof(AttentionGain)), (CentreGain, nameof(CentreGain)),
        })
        {
            ConfigurationRequirement.Finite(gain, Record, name);
        }

        foreach (var (projection, name) in new[]
        {
            (Value, nameof(Value)), (FirstValue, nameof(FirstValue)), (Output, nameof(Output)), (LastOutput, nameof(LastOutput)),
        })
        {
            ConfigurationRequirement.Defined(projection?.Kind ?? default, Record, name);
            ConfigurationRequirement.Finite(projection?.ResidualGain, Record, $"{name}.{nameof(ProjectionConfig.ResidualGain)}");
            ConfigurationRequirement.Finite(projection?.SkipGain, Record, $"{name}.{nameof(ProjectionConfig.SkipGain)}");
        }

        Require(LogitSoftCap is null or > 0, nameof(LogitSoftCap), "above 0", LogitSoftCap);
        Require(LogitSoftCap is null || Spa is null, nameof(LogitSoftCap), "null where the attention is signal-preserving", LogitSoftCap);
        Require(BranchScale >= 0 && double.IsFinite(BranchScale), nameof(BranchScale), "0 or more", BranchScale);
        Spa?.Validate(layers, causal);
        Activation.Validate();
        Require(
            Spa?.Rescale != SpaRescale.KernelExact || (!HasShortcuts && Activation.Kind == MlpActivationKind.TailoredLeakyRelu), nameof(Spa),
            "rescaled as published where the block has skips, normalisations or an activation other than the tailored leaky ReLU", Spa?.Rescale);
        Require(
            !Activation.IsTailored || MlpSkip is null || HasNormalizedMlpSkip, nameof(Activation),
            "one that is not tailored to the depth, where the MLP has a skip that is not normalised", Activation.Kind);
    }
}
