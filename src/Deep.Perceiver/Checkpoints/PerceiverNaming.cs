namespace Deep.Perceivers;

/// <summary>The public conventions by which checkpoints name the tensors of Perceivers.</summary>
public enum PerceiverNaming
{
    /// <summary>Ours: <c>encoder.blocks.0.5.attention.query.weight</c>.</summary>
    Deep,

    /// <summary>
    /// Hugging Face's state dicts: <c>perceiver.encoder.self_attends.5.attention.self.query.weight</c>.
    /// </summary>
    HuggingFace,

    /// <summary>
    /// DeepMind's Haiku trees, joined by slashes, with matrices [I, O] and kernels [H, W, I, O]:
    /// <c>perceiver_encoder/~/self_attention_5/attention/linear/w</c>.
    /// </summary>
    DeepMind,

    /// <summary>
    /// krasserm's perceiver-io: <c>encoder.self_attn_1.5.0.module.attention.q_proj.weight</c>, plain or inside the
    /// wrappers of Lightning and Hugging Face.
    /// </summary>
    Krasserm,

    /// <summary>
    /// lucidrains' perceiver-pytorch, a different architecture (gated MLP, no biases of query, key and value, keys and
    /// values in one matrix): <c>layers.0.2.5.0.fn.to_q.weight</c>.
    /// </summary>
    Lucidrains,
}
