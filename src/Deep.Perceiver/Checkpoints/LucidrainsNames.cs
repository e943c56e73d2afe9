using System.Globalization;
using Deep.Checkpoints;

namespace Deep.Perceivers;

/// <summary>lucidrains' names (perceiver-pytorch) by ours.</summary>
/// <remarks>Keys and values come from one matrix. Layers that share weights stand in their files once each.</remarks>
internal static class LucidrainsNames
{
    /// <summary>Their names by which a checkpoint is known.</summary>
    public const string Anchor = "fn.to_kv.weight";

    /// <summary>The table of a network.</summary>
    /// <param name="network">Our names.</param>
    /// <param name="prefix">What stands before "latents", such as "perceiver_io.".</param>
    /// <param name="io">Whether it is their PerceiverIO: one cross-attend, and a decoder that attends.</param>
    public static NameRule[] Rules(NetworkNames network, string prefix, bool io)
    {
        var root = prefix.EndsWith("perceiver_io.", StringComparison.Ordinal) ? prefix[..^"perceiver_io.".Length] : prefix;
        NameRule[] encoder = io
            ?
            [
                .. Layer("encoder.cross_attends.0", prefix + "cross_attend_blocks.0", prefix + "cross_attend_blocks.1"),
                .. network.Blocks == 1
                    ? Layer("encoder.blocks.0.{l}", prefix + "layers.{l}.0", prefix + "layers.{l}.1")
                    : Layer("encoder.blocks.{b}.0", prefix + "layers.{b}.0", prefix + "layers.{b}.1"),
                .. Affine("decoder.output", prefix + "to_logits"),
            ]
            :
            [
                .. Layer("encoder.cross_attends.{i}", prefix + "layers.{i}.0", prefix + "layers.{i}.1"),
                .. Layer("encoder.blocks.{b}.{l}", prefix + "layers.{b}.2.{l}.0", prefix + "layers.{b}.2.{l}.1"),
                .. Affine("decoder.norm", prefix + "to_logits.1"),
                .. Affine("decoder.output", prefix + "to_logits.2"),
            ];
        return
        [
            new("latents", prefix + "latents"),
            .. encoder,
            new("preprocessor.embedding.weight", root + "token_emb.weight"),
            new("preprocessor.positions", root + "pos_emb.weight"),
            .. Layer("decoder.cross_attend", prefix + "decoder_cross_attn", prefix + "decoder_ff"),
        ];
    }

    /// <summary>
    /// The name of which theirs is a copy where layers share weights, or null: of <c>layers.3.0.norm.bias</c> it is
    /// <c>layers.1.0.norm.bias</c> where all but the first share.
    /// </summary>
    public static string? SharedWith(string theirs, string prefix, bool io, Sharing sharing)
    {
        var start = prefix + "layers.";
        var end = theirs.StartsWith(start, StringComparison.Ordinal) ? theirs.IndexOf('.', start.Length) : -1;
        return end > 0 && sharing != Sharing.None
            && int.TryParse(theirs.AsSpan(start.Length, end - start.Length), NumberStyles.None, CultureInfo.InvariantCulture,
                out var layer) && (io ? 0 : 1) is var owner && layer > owner
            ? string.Create(CultureInfo.InvariantCulture, $"{start}{owner}{theirs[end..]}")
            : null;
    }

    private static NameRule[] Layer(string ours, string attention, string mlp) =>
    [
        .. Affine($"{ours}.query_norm", $"{attention}.norm"),
        .. Affine($"{ours}.norm", $"{attention}.norm"),
        .. Affine($"{ours}.context_norm", $"{attention}.norm_context"),
        new($"{ours}.attention.query.weight", $"{attention}.fn.to_q.weight"),
        new($"{ours}.attention.key.weight", $"{attention}.fn.to_kv.weight", TensorTransform.RowsOf(0, 2)),
        new($"{ours}.attention.value.weight", $"{attention}.fn.to_kv.weight", TensorTransform.RowsOf(1, 2)),
        .. Affine($"{ours}.attention.output", $"{attention}.fn.to_out"),
        .. Affine($"{ours}.mlp_norm", $"{mlp}.norm"),
        .. Affine($"{ours}.mlp.expand", $"{mlp}.fn.net.0"),
        .. Affine($"{ours}.mlp.contract", $"{mlp}.fn.net.2"),
    ];

    private static IEnumerable<NameRule> Affine(string ours, string theirs) =>
        [new($"{ours}.weight", $"{theirs}.weight"), new($"{ours}.bias", $"{theirs}.bias")];
}
