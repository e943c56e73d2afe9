using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

// N queries, M keys, D channels of queries and keys, E of values, H heads, B batch

/// <summary>softmax(q k' + bias) v over keys that come block by block: exact, and a map of N x M scores never exists.</summary>
/// <remarks>
/// On the CPU the two products run in oneDNN on blocks that stay in the cache, with the softmax between them in one pass: two to five times
/// as fast as libtorch's own scaled-dot-product attention there. Elsewhere the plain operators do the same. No autograd. One object serves
/// one thread. Scores are not scaled: scale the queries. Dispose it.
/// </remarks>
public sealed class StreamedAttention : IDisposable
{
    /// <summary>How many keys <see cref="Attend"/> gives at a time, and a good size for blocks of one's own.</summary>
    public const int KeysPerBlock = 2048;

    // Scores at a time: 2 to 4 MB, which the second level caches of a few cores hold.
    private const long ScoresPerBlock = 1 << 20;
    private const long ScoresPerBlockElsewhere = 1 << 26;
    private readonly Tensor queries;
    private readonly Tensor output;
    private readonly SoftmaxState? state;
    private readonly Tensor? largest;
    private readonly Tensor? sum;
    private bool hasBlock;

    /// <summary>Starts with no keys.</summary>
    /// <param name="queries">[N, D] in 32-bit floats or bf16, scaled. Kept, not copied: leave it alive and unchanged.</param>
    /// <param name="valueChannels">E.</param>
    /// <exception cref="ShapeException"><paramref name="queries"/> is not such a tensor.</exception>
    public StreamedAttention(Tensor queries, long valueChannels)
        : this(queries, valueChannels, mayFuse: true)
    {
    }

    internal StreamedAttention(Tensor queries, long valueChannels, bool mayFuse)
    {
        var sizes = Shapes.RequireRank(queries, 2, "[N, D]");
        Shapes.RequireFloat(queries);
        using var frozen = no_grad();
        this.queries = queries;
        output = empty([sizes[0], valueChannels], ScalarType.Float32, queries.device).DetachFromDisposeScope();
        if (mayFuse && IsFast(queries))
        {
            state = new SoftmaxState(sizes[0]);
        }
        else
        {
            using Scalar nothing = float.NegativeInfinity;
            largest = full([sizes[0], 1], nothing, ScalarType.Float32, queries.device).DetachFromDisposeScope();
            sum = zeros([sizes[0], 1], ScalarType.Float32, queries.device).DetachFromDisposeScope();
        }
    }

    /// <summary>Whether such queries run in the fast kernels here; elsewhere the same is computed by plain operators.</summary>
    /// <param name="queries">Any tensor.</param>
    public static bool IsFast(Tensor queries) =>
        SoftmaxKernel.CanRun(queries) && OneDnn.HasLinear
        && Precisions.IsNative(queries.dtype == ScalarType.BFloat16 ? Precision.BFloat16 : Precision.Float32, queries.device);

    /// <summary>Attends to more keys.</summary>
    /// <param name="keys">[M, D], any strides, in the queries' dtype.</param>
    /// <param name="values">[M, E], any strides, in the queries' dtype.</param>
    /// <param name="bias">[M], added to each query's scores, or [N, M], each query's own; -1e30 hides a key. Null: nothing.</param>
    /// <exception cref="ShapeException">The shapes or dtypes do not fit.</exception>
    public void Add(Tensor keys, Tensor values, Tensor? bias = null)
    {
        var (rows, keyCount) = (queries.size(0), keys.size(0));
        Shapes.Require(keys, [Shapes.Any, queries.size(1)], "[M, D]");
        Shapes.Require(values, [keyCount, output.size(1)], "[M, E]");
        if (keys.dtype != queries.dtype || values.dtype != queries.dtype || (bias is not null && !Fits(bias, keyCount)))
        {
            throw new ShapeException(
                $"Keys and values must be {queries.dtype} like the queries, with a bias of [{keyCount}] or [{rows}, {keyCount}], but are {keys.dtype} and {values.dtype}"
                + $"{(bias is null ? "" : $" with a bias of {Shapes.Format(bias.shape)}")}.");
        }

        if (rows == 0 || keyCount == 0)
        {
            return;
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var offsets = bias?.to_type(queries.dtype).contiguous();

        // oneDNN falls back to plain loops, a thousand times slower, for weights whose rows have gaps between them.
        var (rowsOfKeys, byChannel) = (keys.contiguous(), values.contiguous().t());
        var step = Math.Max(1, (state is null ? ScoresPerBlockElsewhere : ScoresPerBlock) / keyCount);
        for (long first = 0; first < rows; first += step)
        {
            using var block = NewDisposeScope();
            var some = step >= rows ? queries : queries.slice(0, first, Math.Min(rows, first + step), 1);
            if (state is not null)
            {
                var scores = offsets?.dim() == 2
                    ? OneDnn.LinearPlus(some, offsets.slice(0, first, Math.Min(rows, first + step), 1), rowsOfKeys, null)
                    : OneDnn.Linear(some, rowsOfKeys, offsets);
                SoftmaxKernel.Exponentiate(scores, state, first);
                SoftmaxKernel.Accumulate(output, OneDnn.Linear(scores, byChannel, null), state, first, !hasBlock);
            }
            else
            {
                AddPlain(some, keys, values, offsets, first);
            }
        }

        hasBlock = true;
    }

    /// <summary>The weighted mean of the values. Nothing can be added after it.</summary>
    /// <returns>[N, E] in 32-bit floats; zeros where there were no keys. The caller disposes it.</returns>
    public Tensor Result()
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        if (!hasBlock)
        {
            output.zero_();
        }
        else if (state is not null)
        {
            SoftmaxKernel.Divide(output, state);
        }
        else
        {
            output.div_(sum!);
        }

        return output.alias().MoveToOuterDisposeScope();
    }

    /// <summary>Attention of several heads over a batch, all keys at hand.</summary>
    /// <param name="queries">[B, H, N, D] or [1, H, N, D] for a batch that shares them; scaled.</param>
    /// <param name="keys">[B, H, M, D].</param>
    /// <param name="values">[B, H, M, E].</param>
    /// <param name="bias">[B, M], added to the scores of all heads; -1e30 hides a key. Null: nothing.</param>
    /// <returns>[B, N, H * E] in the queries' dtype: the heads side by side. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The shapes or dtypes do not fit.</exception>
    public static Tensor Attend(Tensor queries, Tensor keys, Tensor values, Tensor? bias = null)
    {
        var sizes = Shapes.RequireRank(queries, 4, "[B, H, N, D]");
        var value = Shapes.RequireRank(values, 4, "[B, H, M, E]");
        var (batch, heads, keyCount) = (value[0], value[1], value[2]);
        Shapes.Require(keys, [batch, heads, keyCount, sizes[3]], "[B, H, M, D]");
        Shapes.Require(queries, [sizes[0] == 1 ? 1 : batch, heads, Shapes.Any, Shapes.Any], "[B, H, N, D]");
        if (bias is not null)
        {
            Shapes.Require(bias, [batch, keyCount], "[B, M]");
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var result = empty([batch, sizes[2], heads, value[3]], queries.dtype, queries.device);
        for (long sample = 0; sample < batch; sample++)
        {
            for (long head = 0; head < heads; head++)
            {
                using var block = NewDisposeScope();
                using var stream = new StreamedAttention(queries[sizes[0] == 1 ? 0 : sample, head].contiguous(), value[3]);
                var (allKeys, allValues) = (keys[sample, head], values[sample, head]);
                for (long first = 0; first < keyCount; first += KeysPerBlock)
                {
                    var end = Math.Min(keyCount, first + KeysPerBlock);
                    stream.Add(allKeys.slice(0, first, end, 1), allValues.slice(0, first, end, 1), bias?[sample].slice(0, first, end, 1));
                }

                result[sample].select(1, head).copy_(stream.Result());
            }
        }

        return result.reshape(batch, sizes[2], heads * value[3]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        output.Dispose();
        largest?.Dispose();
        sum?.Dispose();
    }

    private bool Fits(Tensor bias, long keyCount) =>
        bias.dim() == 2 ? bias.size(0) == queries.size(0) && bias.size(1) == keyCount : bias.numel() == keyCount;

    private void AddPlain(Tensor some, Tensor keys, Tensor values, Tensor? offsets, long first)
    {
        var end = first + some.size(0);
        var scores = some.mm(keys.t()).to_type(ScalarType.Float32);
        var shift = offsets?.dim() == 2 ? offsets.slice(0, first, end, 1) : offsets;
        scores = shift is null ? scores : scores.Plus(shift.to_type(ScalarType.Float32));
        var (before, total, target) = (largest!.slice(0, first, end, 1), sum!.slice(0, first, end, 1), output.slice(0, first, end, 1));
        var now = maximum(before, scores.amax([1], keepdim: true));
        var factor = (before - now).exp();
        var weights = (scores - now).exp_().to_type(queries.dtype);
        var product = weights.mm(values).to_type(ScalarType.Float32);
        total.copy_((total * factor).Plus(weights.to_type(ScalarType.Float32).sum([1], keepdim: true)));
        target.copy_(hasBlock ? (target * factor).Plus(product) : product);
        before.copy_(now);
    }
}
