using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// T positions; i a query, j a key

/// <summary>One layer's attention at initialisation, A = D · softmax(B), that takes a kernel to the next one: A Σ₀ Aᵀ = Σ.</summary>
/// <remarks>
/// Shaped attention of "Deep Transformers without Shortcuts" (2302.10322): A = L L₀⁻¹, where L and L₀ are Cholesky factors of the new
/// and the old target kernel (symmetric square roots where attention is not causal), D holds the row sums of A, and B = log(D⁻¹ A).
/// With W^Q = 0 the logits are B exactly. B and D are constants: they are computed where they are used and never stored with a model.
/// Immutable and safe for many threads.
/// </remarks>
public abstract class SpaLayer
{
    private protected SpaLayer()
    {
    }

    /// <summary>Whether a query sees only the keys up to its own position.</summary>
    public abstract bool IsCausal { get; }

    /// <summary>The only number of positions that the layer is made for; null where a closed form holds at any length.</summary>
    public virtual int? Length => null;

    /// <summary>B of some queries: the logarithm of each key's share, so that softmax(B) = D⁻¹ A.</summary>
    /// <param name="firstQuery">The position of the first query, from 0.</param>
    /// <param name="queries">The number of queries, 1 or more.</param>
    /// <param name="keys">The number of keys, from position 0; all positions of the queries are among them where attention is causal.</param>
    /// <param name="type">The dtype of the result; computed in 64 bits and rounded once.</param>
    /// <param name="device">The device of the result.</param>
    /// <returns>[queries, keys], minus infinity above the diagonal where attention is causal. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The positions are not there.</exception>
    public Tensor Bias(long firstQuery, long queries, long keys, ScalarType type, Device device)
    {
        RequirePositions(firstQuery, queries, keys);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var sums = tensor(RowSumValues(firstQuery, queries)).log_().unsqueeze_(1);
        return LogWeights(firstQuery, queries, keys, ScalarType.Float64, CPU).sub_(sums).to(type, device).MoveToOuterDisposeScope();
    }

    /// <summary>D of some queries: the row sums of A, by which the published method multiplies what attention gives.</summary>
    /// <param name="firstQuery">The position of the first query, from 0.</param>
    /// <param name="queries">The number of queries, 1 or more.</param>
    /// <param name="type">The dtype of the result; computed in 64 bits and rounded once.</param>
    /// <param name="device">The device of the result.</param>
    /// <returns>[queries]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The positions are not there.</exception>
    public Tensor RowSums(long firstQuery, long queries, ScalarType type, Device device)
    {
        RequirePositions(firstQuery, queries, Length ?? (firstQuery + queries));
        using var scope = NewDisposeScope();
        return tensor(RowSumValues(firstQuery, queries)).to(type, device).MoveToOuterDisposeScope();
    }

    /// <summary>D · softmax(q kᵀ / √d + logits + B) v, by fused attention in blocks of queries: no T × T matrix is made.</summary>
    /// <param name="query">[batch, heads, queries, d], any float dtype.</param>
    /// <param name="key">[batch, heads, keys, d].</param>
    /// <param name="value">[batch, heads, keys, d].</param>
    /// <param name="firstQuery">The position of the first query; the keys start at position 0.</param>
    /// <param name="rescale">[queries] in the place of D; null for D.</param>
    /// <param name="logits">Added to the logits, broadcastable to [heads, queries, keys]; null for none.</param>
    /// <returns>[batch, heads, queries, d], with gradient. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The shapes or dtypes do not fit together.</exception>
    public Tensor Attend(Tensor query, Tensor key, Tensor value, long firstQuery, Tensor? rescale = null, Tensor? logits = null)
    {
        var sizes = Shapes.RequireRank(query, 4, "[batch, heads, queries, d]");
        Shapes.RequireFloat(query);
        var keys = Shapes.Require(key, [sizes[0], sizes[1], Shapes.Any, sizes[3]], "[batch, heads, keys, d]")[2];
        Shapes.Require(value, [sizes[0], sizes[1], keys, Shapes.Any], "[batch, heads, keys, d]");
        RequirePositions(firstQuery, sizes[2], keys);
        if (key.dtype != query.dtype || value.dtype != query.dtype)
        {
            throw new ShapeException($"Attention needs one dtype, but the query holds {query.dtype}, the key {key.dtype} and the value {value.dtype}.");
        }

        if (rescale is not null)
        {
            Shapes.Require(rescale, [sizes[2]], "[queries]");
        }

        RequireBroadcast(logits, sizes[1], sizes[2], keys);
        using var scope = NewDisposeScope();
        var factor = (rescale ?? RowSums(firstQuery, sizes[2], query.dtype, query.device)).to(query.dtype).unsqueeze(-1);
        return BlockedAttention.Run(this, query, key, value, firstQuery, logits).mul(factor).MoveToOuterDisposeScope();
    }

    /// <summary>A itself, for the theory, for tests and for short lengths.</summary>
    /// <param name="length">T, 1 or more.</param>
    /// <returns>[T, T].</returns>
    /// <exception cref="ShapeException">The layer is made for another length.</exception>
    public double[,] Matrix(int length)
    {
        RequirePositions(0, length, length);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var values = LogWeights(0, length, length, ScalarType.Float64, CPU).exp_().data<double>().ToArray();
        var matrix = new double[length, length];
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(double));
        return matrix;
    }

    /// <summary>log A of some queries, in the dtype in which it is used; a fresh tensor.</summary>
    internal abstract Tensor LogWeights(long firstQuery, long queries, long keys, ScalarType type, Device device);

    /// <summary>D of some positions.</summary>
    internal abstract double[] RowSumValues(long firstQuery, long queries);

    /// <summary>A X in place, for X [T, columns] row by row; the layers with a closed form need time T · columns for it.</summary>
    internal abstract void Mix(double[] rows, int length, int columns);

    private void RequirePositions(long firstQuery, long queries, long keys)
    {
        if (firstQuery < 0 || queries < 1 || keys < 1 || (IsCausal && firstQuery + queries > keys))
        {
            throw new ShapeException(
                $"Queries {firstQuery} to {firstQuery + queries - 1} and {keys} keys from position 0 do not go together: there must be queries, "
                + "and causal attention needs the key of each of them.");
        }

        if (Length is { } length && (keys != length || firstQuery + queries > length))
        {
            throw new ShapeException(
                $"This attention is made for {length} positions, but was asked for queries up to position {firstQuery + queries - 1} and {keys} keys.");
        }
    }

    private static void RequireBroadcast(Tensor? logits, long heads, long queries, long keys)
    {
        long[] full = [heads, queries, keys];
        if (logits is not null && (logits.dim() > 3 || Shapes.Broadcast(logits.shape, full)?.AsSpan().SequenceEqual(full) != true))
        {
            throw new ShapeException($"logits must broadcast to [heads, queries, keys] = {Shapes.Format(full)}, but is {Shapes.Format(logits.shape)}.");
        }
    }
}
