using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

public sealed partial class SelfAttention
{
    private readonly SpaRescaling? rescaling;

    /// <summary>The logits that softmax sees: scaled and capped products, position bias, signal-preserving bias, mask.</summary>
    /// <param name="x">[N, T, F], what the sub-block reads.</param>
    /// <param name="positions">[1, H, T, T], a position bias with its mask, or null.</param>
    /// <returns>[N, H, T, T]. The caller disposes it.</returns>
    public Tensor AttentionLogits(Tensor x, Tensor? positions = null)
    {
        var sizes = Shapes.RequireRank(x, 3, "[N, T, F]");
        using var scope = NewDisposeScope();
        var (query, key, _) = Split(x, sizes[0], sizes[1], 0);
        return Logits(query, key, 0, sizes[1], positions).MoveToOuterDisposeScope();
    }

    /// <summary>Softmax attention A(x), before gains and rescaling: each row sums to 1.</summary>
    /// <param name="x">[N, T, F], what the sub-block reads.</param>
    /// <param name="positions">[1, H, T, T], a position bias with its mask, or null.</param>
    /// <returns>[N, H, T, T]. The caller disposes it.</returns>
    public Tensor AttentionProbabilities(Tensor x, Tensor? positions = null)
    {
        using var scope = NewDisposeScope();
        return AttentionLogits(x, positions).softmax(-1).MoveToOuterDisposeScope();
    }

    // [N, H, T, P].
    private Tensor Logits(Tensor query, Tensor key, long first, long length, Tensor? positions)
    {
        var keys = first + length;
        var logits = GuardedMatMul.MatMul(query, key.transpose(-1, -2)).Times(1 / Math.Sqrt(headWidth));
        logits = block.LogitSoftCap is { } cap ? logits.Times(1 / cap).tanh().Times(cap) : logits;
        logits = positions is null ? logits : logits.Plus(positions);
        if (Spa is not null)
        {
            return logits.Plus(Spa.Bias(first, length, keys, query.dtype, query.device));
        }

        return causal && positions is null ? logits.Plus(CausalMask.Of(first, length, keys, query.dtype, query.device)) : logits;
    }

    private Tensor? Rescale(long first, long length, Tensor like) => rescaling?.Rows(first, length, like.dtype, like.device);
}
