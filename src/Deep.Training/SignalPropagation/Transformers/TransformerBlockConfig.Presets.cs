namespace Deep.Training.SignalPropagation;

public sealed partial record TransformerBlockConfig
{
    // simplified_transformers trains 18 layers with beta_FF = 0.1 and says that it goes as 1 / sqrt(L).
    private const double MlpBranchOfOneLayer = 0.42426406871192851;

    /// <summary>The block that a paper describes.</summary>
    /// <param name="kind">Which block.</param>
    /// <param name="layers">Blocks in the stack, which some gains depend on.</param>
    /// <returns>The preset; change it by <c>with</c>.</returns>
    /// <exception cref="ConfigurationException">There is no such kind, or no layer.</exception>
    public static TransformerBlockConfig Of(BlockKind kind, int layers)
    {
        ConfigurationRequirement.Positive(layers, nameof(TransformerBlockConfig), nameof(layers));
        return kind switch
        {
            BlockKind.Plain => Plain,
            BlockKind.PreLN => PreLN(layers),
            BlockKind.PostLN => PreLN(layers) with { NormPosition = NormPosition.Post },
            BlockKind.ExponentialSpa => Plain with { Spa = SpaConfig.Exponential() },
            BlockKind.UniformSpa => Plain with { Spa = SpaConfig.Uniform() },
            BlockKind.ValueSkipInit => ValueSkipInit,
            BlockKind.Shaped => Shaped,
            BlockKind.Sas => Sas(layers),
            BlockKind.SasParallel => Sas(layers) with { Parallel = true, MlpSkip = null },
            BlockKind.Parallel => PreLN(layers) with { Parallel = true, AttentionSkip = null },
            BlockKind.OutlierProtected => OutlierProtected(layers),
            _ => throw new ConfigurationException(nameof(BlockKind), $"one of {string.Join(", ", Enum.GetNames<BlockKind>())}", kind),
        };
    }

    /// <summary>
    /// The block with shortcuts around both sub-blocks that keep q, w x + sqrt(1 - w^2) f(x) (2110.01765); a tailored activation is then
    /// tailored to a network with these shortcuts.
    /// </summary>
    /// <param name="skip">The weight w.</param>
    /// <returns>The changed block.</returns>
    public TransformerBlockConfig WithNormalizedSkips(NormalizedSkip skip)
    {
        ArgumentNullException.ThrowIfNull(skip);
        var (through, branch) = (new Gain(skip.Weight), new Gain(skip.ResidualWeight));
        return this with { AttentionSkip = through, AttentionBranch = branch, MlpSkip = through, MlpBranch = branch };
    }

    // 2302.10322: orthogonal matrices, W^Q = 0, an activation tailored to the depth, and nothing else; the kernel of uniform attention
    // has rank one after a few layers.
    private static TransformerBlockConfig Plain { get; } = new();

    // 2002.04745 with GPT-2's GELU and scale of the branches.
    private static TransformerBlockConfig PreLN(int layers) => new()
    {
        Norm = NormKind.LayerNorm,
        AttentionSkip = Gain.One,
        MlpSkip = Gain.One,
        Activation = MlpActivation.Gelu,
        ZeroQueries = false,
        Weights = WeightDraw.Normal,
        BranchScale = 1 / Math.Sqrt(2 * layers),
    };

    // 2302.10322; 2311.01906, equation 4: A <- alpha I + beta A with alpha = 1 and beta = 0 at first.
    private static TransformerBlockConfig ValueSkipInit { get; } = new()
    {
        IdentityGain = Gain.Learned(1),
        AttentionGain = Gain.Learned(0),
        ZeroQueries = false,
    };

    // 2306.17759; 2311.01906, equation 5: A <- alpha I + beta A - gamma C, where W^Q = 0 makes A = C and the sum I at first.
    private static TransformerBlockConfig Shaped { get; } = new()
    {
        IdentityGain = Gain.Learned(1),
        AttentionGain = Gain.Learned(1),
        CentreGain = Gain.Learned(1),
    };

    // 2311.01906, section 4: shaped attention without skip, W^V = W^P = I but in the first block's W^V, a weak MLP branch beside a skip.
    private static TransformerBlockConfig Sas(int layers) => Shaped with
    {
        Norm = NormKind.RmsNorm,
        AttentionBranch = Gain.Learned(1),
        MlpBranch = Gain.Learned(MlpBranchOfOneLayer / Math.Sqrt(layers)),
        MlpSkip = Gain.Learned(1),
        Value = ProjectionConfig.Identity,
        FirstValue = new(ProjectionKind.IdentitySkip, Gain.Learned(1), Gain.Learned(1)),
        Output = ProjectionConfig.Identity,
        Activation = MlpActivation.Relu,
        Weights = WeightDraw.Normal,
    };

    // 2405.19279: QK norm, no normalisation of the stream but the first, branches of O(1 / sqrt(L)) beside skips of 1.
    private static TransformerBlockConfig OutlierProtected(int layers) => new()
    {
        FirstNorm = NormKind.LayerNorm,
        QueryKeyNorm = true,
        AttentionSkip = Gain.One,
        MlpSkip = Gain.One,
        AttentionBranch = new(1 / Math.Sqrt(2 * layers)),
        MlpBranch = new(1 / Math.Sqrt(2 * layers)),
        Activation = MlpActivation.Relu,
        ZeroQueries = false,
        Weights = WeightDraw.Normal,
    };
}
