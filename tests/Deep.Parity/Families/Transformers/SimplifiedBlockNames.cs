using Deep.Checkpoints;
using Deep.Training.SignalPropagation;

namespace Deep.Parity.Families.Transformers;

/// <summary>The names of a simplified_transformers block and ours: a list.</summary>
/// <remarks>A parameter that their block holds without using it is dropped. Their matrices are [inputs, outputs].</remarks>
internal static class SimplifiedBlockNames
{
    private static readonly (string Theirs, string Ours)[] Layers =
    [
        ("attn.qk_attn", "attention.query_key"), ("attn.v_attn", "attention.value"), ("attn.c_proj", "attention.output"),
        ("mlp.c_fc", "mlp.up"), ("mlp.c_proj", "mlp.down"),
    ];

    private static readonly (string Theirs, string Ours)[] Norms =
    [
        ("ln_1.weight", "attention_norm.weight"), ("ln_1.bias", "attention_norm.bias"), ("ln_1.scale", "attention_norm.weight"),
        ("ln_2.weight", "mlp_norm.weight"), ("ln_2.bias", "mlp_norm.bias"), ("ln_2.scale", "mlp_norm.weight"),
        ("attn.q_norm.scale", "attention.query_norm.weight"), ("attn.k_norm.scale", "attention.key_norm.weight"),
    ];

    private static readonly (string Theirs, string Ours)[] Gains =
    [
        ("attn_block_resid_gain", "attention_branch_gain"), ("attn_block_skip_gain", "attention_skip_gain"),
        ("mlp_block_resid_gain", "mlp_branch_gain"), ("mlp_block_skip_gain", "mlp_skip_gain"),
        ("attn.attn_mat_resid_gain", "attention.attention_gain"), ("attn.attn_mat_skip_gain", "attention.identity_gain"),
        ("attn.centre_attn_gain", "attention.centre_gain"),
        ("attn.v_attn.resid_gain", "attention.value.residual_gain"), ("attn.v_attn.skip_gain", "attention.value.skip_gain"),
        ("attn.c_proj.resid_gain", "attention.output.residual_gain"), ("attn.c_proj.skip_gain", "attention.output.skip_gain"),
    ];

    /// <summary>The map of a stack of blocks.</summary>
    public static NameMap Map(VanillaTransformerConfig config) =>
        new(Enumerable.Range(0, config.Layers).SelectMany(layer => Block(config.Block, layer)));

    private static IEnumerable<NameMapping> Block(TransformerBlockConfig block, int layer)
    {
        foreach (var (theirs, ours) in Layers)
        {
            yield return new($"{layer}.{theirs}.weight", $"blocks.{layer}.{ours}.weight", TensorTransform.LinearFromIo);
            yield return new($"{layer}.{theirs}.bias", $"blocks.{layer}.{ours}.bias");
        }

        // Layer normalisations call their factor weight, RMS normalisations scale: a block has one of the two.
        var isRms = block.Norm == NormKind.RmsNorm;
        foreach (var (theirs, ours) in Norms.Concat(Gains))
        {
            var isOfOtherNorm = theirs.StartsWith("ln_", StringComparison.Ordinal) && theirs.EndsWith("scale", StringComparison.Ordinal) != isRms;
            if (IsUnused(block, theirs) || !isOfOtherNorm)
            {
                yield return new($"{layer}.{theirs}", IsUnused(block, theirs) ? null : $"blocks.{layer}.{ours}");
            }
        }
    }

    private static bool IsUnused(TransformerBlockConfig block, string theirs) => theirs switch
    {
        "attn_block_skip_gain" => block.AttentionSkip is null,
        "mlp_block_skip_gain" => block.MlpSkip is null,
        "attn.attn_mat_skip_gain" => block.IdentityGain is null,
        "attn.centre_attn_gain" => block.CentreGain is null,
        "ln_1.weight" or "ln_1.bias" or "ln_1.scale" => block.Norm == NormKind.None && block.FirstNorm == NormKind.None,
        "ln_2.weight" or "ln_2.bias" or "ln_2.scale" => block.Norm == NormKind.None || block.Parallel,
        _ => false,
    };
}
