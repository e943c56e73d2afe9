using Deep.Checkpoints;

namespace Deep.Perceivers;

/// <summary>The names in DeepMind's Haiku trees (deepmind-research, perceiver) by ours.</summary>
/// <remarks>
/// A file is the tree of parameters, or holds it as <c>params</c> and the averages of batch norms as <c>state</c>.
/// </remarks>
internal static class DeepMindNames
{
    /// <summary>The end of their name of the latents, by which a checkpoint and its prefix are known.</summary>
    public const string Anchor = "encoder/~/trainable_position_encoding/pos_embs";

    private static readonly (string Ours, string Theirs)[] Matrices =
    [
        ("attention.query", "attention/linear"),
        ("attention.key", "attention/linear_1"),
        ("attention.value", "attention/linear_2"),
        ("attention.output", "attention/linear_3"),
        ("mlp.expand", "mlp/linear"),
        ("mlp.contract", "mlp/linear_1"),
    ];

    private static readonly (string Ours, string Theirs)[] CrossNorms =
        [("query_norm", "layer_norm"), ("context_norm", "layer_norm_1"), ("mlp_norm", "layer_norm_2")];

    private static readonly (string Ours, string Theirs)[] SelfNorms =
        [("norm", "layer_norm"), ("mlp_norm", "layer_norm_1")];

    /// <summary>The table of a network.</summary>
    /// <param name="network">Our names.</param>
    /// <param name="parameters">What stands before the names of parameters: nothing or "params/".</param>
    /// <param name="state">What stands before the names of averages: nothing or "state/".</param>
    public static NameRule[] Rules(NetworkNames network, string parameters, string state)
    {
        var encoder = parameters + (network.Multimodal ? "encoder/~" : "perceiver_encoder/~");
        var decoder = parameters + Decoder(network);
        var labels = parameters + "classification_decoder/~/basic_decoder/~/trainable_position_encoding/pos_embs";
        var projector = parameters + "image_preprocessor/~_build_network_inputs/position_encoding_projector/linear";
        return
        [
            new("latents", $"{encoder}/trainable_position_encoding/pos_embs"),
            .. Layer("encoder.cross_attends.0", $"{encoder}/cross_attention", CrossNorms),
            .. Layer("encoder.blocks.0.{l}", $"{encoder}/self_attention{{_l}}", SelfNorms),
            new("preprocessor.embedding.weight", parameters + "embed/embeddings"),
            network.ReadsText
                ? new("preprocessor.positions", parameters + "trainable_position_encoding/pos_embs")
                : new("preprocessor.positions", parameters
                    + "image_preprocessor/~_build_network_inputs/trainable_position_encoding/pos_embs"),
            .. Affine("preprocessor.position_projection", projector),
            .. Convolution(network, parameters + "image_preprocessor/~", state + "image_preprocessor/~"),
            .. Affine("preprocessor.linear", parameters + "image_preprocessor/patches_linear"),
            new("preprocessor.padding.{m}", parameters + "multimodal_preprocessor/{m}_padding/pos_embs"),
            new("preprocessor.mask_token.{m}", parameters + "multimodal_preprocessor/{m}_mask_token/pos_embs"),
            .. Layer("decoder.cross_attend", $"{decoder}/cross_attention", CrossNorms),
            .. Affine("decoder.output", network.DecoderAttends
                ? $"{decoder}/output"
                : parameters + "projection_decoder/~/logits"),
            new("decoder.queries", $"{decoder}/~/trainable_position_encoding/pos_embs"),
            new("decoder.modalities.label.queries", labels),
            new("decoder.padding.{m}", parameters + "multimodal_decoder/~decoder_query/{m}_padding/pos_embs"),
            new("postprocessor.bias", parameters + "embedding_decoder/bias"),
            .. Affine("postprocessor.modalities.audio.linear", parameters + "audio_postprocessor/linear"),
            .. Affine("postprocessor.modalities.image.linear", parameters + "projection_postprocessor/linear"),
            .. Affine("postprocessor.modalities.label.linear", parameters + "classification_postprocessor/linear"),
        ];
    }

    /// <summary>Their names that say nothing: what the averages of batch norms count, and their undebiased sums.</summary>
    public static bool IsIdle(string theirs) => theirs.EndsWith("_ema/counter", StringComparison.Ordinal)
        || theirs.EndsWith("_ema/hidden", StringComparison.Ordinal);

    private static string Decoder(NetworkNames network) => network switch
    {
        { WritesText: true } => "basic_decoder",
        { Multimodal: true } => "multimodal_decoder/~/basic_decoder",
        _ when network.Has("decoder.queries") => "classification_decoder/~/basic_decoder",
        _ => "flow_decoder/~/basic_decoder",
    };

    private static IEnumerable<NameRule> Convolution(NetworkNames network, string parameters, string state)
    {
        if (!network.ConvDownsamples)
        {
            return
            [
                new("preprocessor.conv.weight", $"{parameters}/conv2_d/w", TensorTransform.ConvolutionFromHwio),
                new("preprocessor.conv.bias", $"{parameters}/conv2_d/b"),
            ];
        }

        var (net, norm) = ($"{parameters}/conv2_d_downsample/~", $"{state}/conv2_d_downsample/~/batchnorm/~");
        return
        [
            new("preprocessor.conv.weight", $"{net}/conv/w", TensorTransform.ConvolutionFromHwio),
            new("preprocessor.norm.weight", $"{net}/batchnorm/scale", TensorTransform.VectorFromNhwc),
            new("preprocessor.norm.bias", $"{net}/batchnorm/offset", TensorTransform.VectorFromNhwc),
            new("preprocessor.norm.running_mean", $"{norm}/mean_ema/average", TensorTransform.VectorFromNhwc),
            new("preprocessor.norm.running_var", $"{norm}/var_ema/average", TensorTransform.VectorFromNhwc),
        ];
    }

    private static IEnumerable<NameRule> Layer(string ours, string theirs, (string Ours, string Theirs)[] norms) =>
    [
        .. norms.SelectMany(norm => new NameRule[]
        {
            new($"{ours}.{norm.Ours}.weight", $"{theirs}/{norm.Theirs}/scale"),
            new($"{ours}.{norm.Ours}.bias", $"{theirs}/{norm.Theirs}/offset"),
        }),
        .. Matrices.SelectMany(part => Affine($"{ours}.{part.Ours}", $"{theirs}/{part.Theirs}")),
    ];

    private static IEnumerable<NameRule> Affine(string ours, string theirs) =>
        [new($"{ours}.weight", $"{theirs}/w", TensorTransform.LinearFromIo), new($"{ours}.bias", $"{theirs}/b")];
}
