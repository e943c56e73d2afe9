using Deep.Parity.Cases;
using Deep.Training.SignalPropagation;

namespace Deep.Parity.Families.Transformers;

/// <summary>Turns the settings of simplified_transformers (config/model/*.yaml, model_utils.py) into our block.</summary>
/// <remarks>
/// Every gain becomes a parameter, trained there or not, because a case fills it. What a setting starts with decides there what a block has:
/// a skip whose gain starts at 0 is left out, a value that starts as the bare identity has no matrix.
/// </remarks>
internal static class SimplifiedBlockConfig
{
    private const double SoftCap = 30;

    /// <summary>The configuration that a case describes.</summary>
    public static VanillaTransformerConfig Read(CaseConfig config)
    {
        config.Informational(
            "resid_pdrop", "attn_pdrop", "embd_pdrop", "trainable_attn_block_gains", "trainable_mlp_block_gains", "trainable_attn_mat_gains",
            "trainable_value_gains", "trainable_proj_gains", "val_proj_init_std", "query_init_std", "key_init_std", "mlp_proj_init_std",
            "initializer_range", "name", "lrelu_neg_slope", "attn_mat_skip_gain", "centre_attn_gain");
        var (layers, width) = (config.Whole("n_layer"), config.Whole("hidden_size"));
        return new()
        {
            Name = "simplified_transformers",
            Layers = layers,
            Width = width,
            Heads = config.Whole("num_attention_heads"),
            MlpWidth = config.Whole("n_inner", 4 * width),
            Vocabulary = 1,
            Length = config.Whole("max_position_embeddings"),
            Block = Block(config),
        };
    }

    /// <summary>What the gain of a name starts with.</summary>
    public static double InitialGain(CaseConfig config, int layers, string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (layer, rest) = (int.Parse(name.AsSpan(0, dot), System.Globalization.CultureInfo.InvariantCulture), name[(dot + 1)..]);
        return rest switch
        {
            "attn.v_attn.resid_gain" => ResidualOf(config, "value", layer == 0 ? "first_layer_value_resid_gain" : null),
            "attn.c_proj.resid_gain" => ResidualOf(config, "proj", layer == layers - 1 ? "last_layer_proj_resid_gain" : null),
            "attn.v_attn.skip_gain" => config.Number("value_skip_gain"),
            "attn.c_proj.skip_gain" => config.Number("proj_skip_gain"),
            _ => config.Number(rest.StartsWith("attn.", StringComparison.Ordinal) ? rest["attn.".Length..] : rest),
        };
    }

    private static TransformerBlockConfig Block(CaseConfig config)
    {
        var isParallel = config.Flag("parallel_layers", false);
        var isCentred = config.Flag("centre_attn", false);
        var (position, isNormed) = config.Text("norm_position", "pre") switch
        {
            "pre" => (NormPosition.Pre, true),
            "post" => (NormPosition.Post, true),
            _ => (NormPosition.Pre, false),
        };
        var norm = config.Text("norm_type", "rmsnorm") switch
        {
            "rmsnorm" => NormKind.RmsNorm,
            "ln" => NormKind.LayerNorm,
            "none" => NormKind.None,
            var other => throw new MalformedCaseException($"the normalisation {other} is not known"),
        };
        return new()
        {
            Norm = isNormed ? norm : NormKind.None,
            FirstNorm = isNormed && norm == NormKind.None ? NormKind.LayerNorm : NormKind.None,
            NormPosition = position,
            NormEpsilon = config.Number("layer_norm_epsilon", 1e-5),
            Parallel = isParallel,
            AttentionBranch = Gain.Learned(config.Number("attn_block_resid_gain", 1)),
            AttentionSkip = Skip(config.Number("attn_block_skip_gain", 1), isParallel),
            MlpBranch = Gain.Learned(config.Number("mlp_block_resid_gain", 1)),
            MlpSkip = Skip(config.Number("mlp_block_skip_gain", 1), false),
            AttentionGain = Gain.Learned(config.Number("attn_mat_resid_gain", 1)),
            IdentityGain = isCentred ? Gain.Learned(config.Number("attn_mat_skip_gain", 0)) : null,
            CentreGain = isCentred ? Gain.Learned(config.Number("centre_attn_gain", 1)) : null,
            QueryKeyNorm = Either(config, "qk_norm_type", "rmsnorm"),
            LogitSoftCap = Either(config, "dot_norm_type", "tanh") ? SoftCap : null,
            ScaleLogitsByWidth = config.Flag("scale_attn_weights", true),
            ScaleLogitsByLayer = config.Flag("scale_attn_by_inverse_layer_idx", false),
            Value = Projection(config, "value", "val_init_type", ResidualOf(config, "value", null)),
            FirstValue = Projection(config, "value", "val_init_type", ResidualOf(config, "value", "first_layer_value_resid_gain")),
            Output = Projection(config, "proj", "proj_init_type", ResidualOf(config, "proj", null)),
            LastOutput = Projection(config, "proj", "proj_init_type", ResidualOf(config, "proj", "last_layer_proj_resid_gain")),
            AttentionBias = true,
            MlpBias = true,
            Activation = Activation(config),
        };
    }

    private static Gain? Skip(double initial, bool isAbsent) => isAbsent || initial == 0 ? null : Gain.Learned(initial);

    private static double ResidualOf(CaseConfig config, string which, string? special) =>
        special is not null && config.Number(special, double.NaN) is var own && !double.IsNaN(own) ? own : config.Number($"{which}_resid_gain", 1);

    private static ProjectionConfig Projection(CaseConfig config, string which, string drawKey, double residual)
    {
        config.Informational("tie_valproj_init");
        var draw = config.Text(drawKey, "normal");
        if (!config.Has($"{which}_skip_gain"))
        {
            config.Informational($"{which}_skip_gain");
            return ProjectionConfig.Linear;
        }

        var skip = config.Number($"{which}_skip_gain");
        if (draw != "id")
        {
            throw new MalformedCaseException($"the skip matrix of {which} is drawn at random ({draw}), and the case does not hold it");
        }

        return skip == 1 && residual == 0 ? ProjectionConfig.Identity : new(ProjectionKind.IdentitySkip, Gain.Learned(residual), Gain.Learned(skip));
    }

    private static bool Either(CaseConfig config, string key, string present) => config.Text(key, "none") switch
    {
        "none" => false,
        var kind when kind == present => true,
        var other => throw new MalformedCaseException($"{key} {other} is not known"),
    };

    private static MlpActivation Activation(CaseConfig config) => config.Text("activation_function", "leaky_relu") switch
    {
        "leaky_relu" => new() { Kind = MlpActivationKind.LeakyRelu, NegativeSlope = config.Number("lrelu_neg_slope", 0) },
        "relu" => MlpActivation.Relu,
        "gelu" => MlpActivation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => new() { Kind = MlpActivationKind.GeluTanh },
        "silu" or "swish" => new() { Kind = MlpActivationKind.Silu },
        "tanh" => new() { Kind = MlpActivationKind.Tanh },
        var other => throw new MalformedCaseException($"the activation {other} is not known"),
    };
}
