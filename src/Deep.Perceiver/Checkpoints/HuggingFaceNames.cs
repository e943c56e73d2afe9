using Deep.Checkpoints;

namespace Deep.Perceivers;

/// <summary>Hugging Face's names (transformers, models/perceiver) by ours.</summary>
internal static class HuggingFaceNames
{
    /// <summary>Their name of the latents, by which a checkpoint and its prefix are known.</summary>
    public const string Anchor = "embeddings.latents";

    /// <summary>A kernel whose height and width their conversion of DeepMind's files exchanged.</summary>
    private static readonly TensorTransform Transposed =
        TensorTransform.Of("[O,I,W,H] to [O,I,H,W]", [0, 1, 3, 2]);

    private static readonly (string Ours, string Theirs)[] Attend =
    [
        ("query_norm", "attention.self.layernorm1"),
        ("norm", "attention.self.layernorm1"),
        ("context_norm", "attention.self.layernorm2"),
        ("attention.query", "attention.self.query"),
        ("attention.key", "attention.self.key"),
        ("attention.value", "attention.self.value"),
        ("attention.output", "attention.output.dense"),
        ("mlp_norm", "layernorm"),
        ("mlp.expand", "mlp.dense1"),
        ("mlp.contract", "mlp.dense2"),
    ];

    /// <summary>The table of a network.</summary>
    /// <param name="network">Our names.</param>
    /// <param name="prefix">What stands before <see cref="Anchor"/>: "perceiver." in a task's model.</param>
    /// <param name="transposedKernels">Whether the kernels of 7 x 7 have height and width exchanged.</param>
    /// <param name="headOutside">
    /// Whether the head that averages and projects stands beside the model rather than in it.
    /// </param>
    public static NameRule[] Rules(NetworkNames network, string prefix, bool transposedKernels, bool headOutside)
    {
        var root = prefix.EndsWith("perceiver.", StringComparison.Ordinal) ? prefix[..^"perceiver.".Length] : prefix;
        var decoder = prefix + (network.WritesText ? "decoder" : "decoder.decoder");
        return
        [
            new("latents", prefix + Anchor),
            .. Layer("encoder.cross_attends.0", prefix + "encoder.cross_attention"),
            .. Layer("encoder.blocks.0.{l}", prefix + "encoder.self_attends.{l}"),
            .. Preprocessor("preprocessor", prefix + "input_preprocessor", network, transposedKernels),
            .. Preprocessor("preprocessor.modalities.{m}", prefix + "input_preprocessor.modalities.{m}", network,
                transposedKernels),
            new("preprocessor.padding.{m}", prefix + "input_preprocessor.padding.{m}"),
            new("preprocessor.mask_token.{m}", prefix + "input_preprocessor.mask.{m}"),
            .. Layer("decoder.cross_attend", decoder + ".decoding_cross_attention"),
            .. Affine("decoder.output", network.DecoderAttends
                ? decoder + ".final_layer"
                : (headOutside ? root : prefix) + "decoder.classifier"),
            new("decoder.queries", decoder + ".output_position_encodings.position_embeddings"),
            new("decoder.modalities.{m}.queries",
                prefix + "decoder.modalities.{m}.decoder.output_position_encodings.position_embeddings"),
            new("decoder.padding.{m}", prefix + "decoder.padding.{m}"),
            new("postprocessor.bias", root + "embedding_decoder.bias"),
            .. Affine("postprocessor.linear", prefix + "output_postprocessor.classifier"),
            .. Affine("postprocessor.modalities.{m}.linear", prefix + "output_postprocessor.modalities.{m}.classifier"),
        ];
    }

    /// <summary>Their names that say nothing: counters of batches.</summary>
    public static bool IsIdle(string theirs) => theirs.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    private static IEnumerable<NameRule> Preprocessor(
        string ours, string theirs, NetworkNames network, bool transposedKernels) =>
    [
        new($"{ours}.embedding.weight", $"{theirs}.embeddings.weight"),
        network.ReadsText
            ? new($"{ours}.positions", $"{theirs}.position_embeddings.weight")
            : new($"{ours}.positions", $"{theirs}.position_embeddings.position_embeddings"),
        .. Affine($"{ours}.position_projection", $"{theirs}.positions_projection"),
        network.ConvDownsamples
            ? new($"{ours}.conv.weight", $"{theirs}.convnet.conv.weight", transposedKernels ? Transposed : null)
            : new($"{ours}.conv.weight", $"{theirs}.convnet_1x1.weight"),
        new($"{ours}.conv.bias", $"{theirs}.convnet_1x1.bias"),
        .. Affine($"{ours}.norm", $"{theirs}.convnet.batchnorm"),
        new($"{ours}.norm.running_mean", $"{theirs}.convnet.batchnorm.running_mean"),
        new($"{ours}.norm.running_var", $"{theirs}.convnet.batchnorm.running_var"),
        .. Affine($"{ours}.linear", $"{theirs}.conv_after_patches"),
    ];

    private static IEnumerable<NameRule> Layer(string ours, string theirs) =>
        Attend.SelectMany(part => Affine($"{ours}.{part.Ours}", $"{theirs}.{part.Theirs}"));

    private static IEnumerable<NameRule> Affine(string ours, string theirs) =>
        [new($"{ours}.weight", $"{theirs}.weight"), new($"{ours}.bias", $"{theirs}.bias")];
}
