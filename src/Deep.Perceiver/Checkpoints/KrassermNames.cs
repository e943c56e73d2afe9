namespace Deep.Perceivers;

/// <summary>krasserm's names (perceiver-io) by ours.</summary>
/// <remarks>
/// The first cross-attend and the first block are <c>_1</c>, what the later ones share is <c>_n</c>. Models are a
/// sequence of encoder (0) and decoder (1); older Lightning files say encoder and decoder.
/// </remarks>
internal static class KrassermNames
{
    /// <summary>The end of their name of the latents, by which a checkpoint and its prefix are known.</summary>
    public const string Anchor = "latent_provider._query";

    private static readonly (string Ours, string Theirs)[] Attention =
    [
        ("query_norm", "q_norm"),
        ("context_norm", "kv_norm"),
        ("norm", "norm"),
        ("attention.query", "attention.q_proj"),
        ("attention.key", "attention.k_proj"),
        ("attention.value", "attention.v_proj"),
        ("attention.output", "attention.o_proj"),
    ];

    private static readonly (string Ours, string Theirs)[] Mlp =
        [("mlp_norm", "0"), ("mlp.expand", "1"), ("mlp.contract", "3")];

    /// <summary>The table of a network.</summary>
    /// <param name="network">Our names.</param>
    /// <param name="encoder">What stands before <see cref="Anchor"/>, such as "backend_model.0.".</param>
    /// <param name="decoderResidual">
    /// Whether the decoder adds its query: their module of a residual stands in the name.
    /// </param>
    public static NameRule[] Rules(NetworkNames network, string encoder, bool decoderResidual)
    {
        var decoder = DecoderOf(encoder);
        return
        [
            new("latents", encoder + Anchor),
            .. Layer("encoder.cross_attends.0", encoder + "cross_attn_1"),
            .. Layer("encoder.cross_attends.1", encoder + "cross_attn_n"),
            .. Layer("encoder.blocks.0.{l}", encoder + "self_attn_1.{l}"),
            .. Layer("encoder.blocks.1.{l}", encoder + "self_attn_n.{l}"),
            new("preprocessor.embedding.weight", encoder + "input_adapter.txt_embedding.weight"),
            new("preprocessor.positions", encoder + "input_adapter.pos_embedding.weight"),
            .. Affine("preprocessor.linear", encoder + "input_adapter.linear"),
            .. Layer("decoder.cross_attend", decoder + "cross_attn", decoderResidual),
            .. Affine("decoder.output", decoder + "output_adapter.linear"),
            new("decoder.queries", decoder + "output_query_provider._query"),
            new("postprocessor.bias", decoder + "output_adapter.bias"),
        ];
    }

    /// <summary>Their names that say nothing new: the positions' features, which follow from the picture's sizes.</summary>
    public static bool IsIdle(string theirs) =>
        theirs.EndsWith("input_adapter.position_encoding.position_encoding", StringComparison.Ordinal);

    private static string DecoderOf(string encoder) => encoder switch
    {
        _ when encoder.EndsWith("encoder.", StringComparison.Ordinal) => encoder[..^"encoder.".Length] + "decoder.",
        _ when encoder.EndsWith("0.", StringComparison.Ordinal) => encoder[..^"0.".Length] + "1.",
        _ => encoder + "decoder.",
    };

    private static IEnumerable<NameRule> Layer(string ours, string theirs, bool residual = true) =>
    [
        .. Attention.SelectMany(part =>
            Affine($"{ours}.{part.Ours}", $"{theirs}.0{(residual ? ".module" : "")}.{part.Theirs}")),
        .. Mlp.SelectMany(part => Affine($"{ours}.{part.Ours}", $"{theirs}.1.module.{part.Theirs}")),
    ];

    private static IEnumerable<NameRule> Affine(string ours, string theirs) =>
        [new($"{ours}.weight", $"{theirs}.weight"), new($"{ours}.bias", $"{theirs}.bias")];
}
