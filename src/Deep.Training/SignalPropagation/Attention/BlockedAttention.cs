using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>Fused attention with a bias, in blocks of queries.</summary>
/// <remarks>
/// The bias of a block is [block, keys], made when the block is computed: memory grows with the number of keys, not with its square. Causal
/// blocks leave out the keys after their last query, which pays for adding the bias.
/// </remarks>
internal static class BlockedAttention
{
    // Measured at 1,024 positions, see the command "attention" of the benchmarks.
    private const long BlockQueries = 256;

    // Below this the products are too small for the streamed form to pay.
    private const long StreamedQueries = 64;

    public static Tensor Run(SpaLayer layer, Tensor query, Tensor key, Tensor value, long firstQuery, Tensor? logits, long block = BlockQueries)
    {
        long queries = query.size(2), keys = key.size(2);
        if (logits is null && queries >= StreamedQueries && query.dtype == ScalarType.Float32 && !NeedsGradient(query, key, value) && StreamedAttention.IsFast(query))
        {
            return Stream(layer, query, key, value, firstQuery, block);
        }

        // From the last block back: each view of the keys is one of the view before, so that their gradients are added at growing sizes.
        var blocks = query.split(block, 2);
        var outputs = new Tensor[blocks.Length];
        for (var b = blocks.Length - 1; b >= 0; b--)
        {
            var start = b * block;
            var count = Math.Min(block, queries - start);
            var seen = layer.IsCausal ? firstQuery + start + count : keys;
            (key, value) = key.size(2) == seen ? (key, value) : (key.narrow(2, 0, seen), value.narrow(2, 0, seen));
            outputs[b] = Block(layer, blocks[b], key, value, firstQuery + start, start, count, seen, logits);
        }

        return outputs.Length == 1 ? outputs[0] : cat(outputs, 2);
    }

    /// <summary>The same without gradient, by products and a softmax of our own: as fast with a bias as libtorch's without.</summary>
    internal static Tensor Stream(SpaLayer layer, Tensor query, Tensor key, Tensor value, long firstQuery, long block = BlockQueries)
    {
        var (batch, heads, queries, keys) = (query.size(0), query.size(1), query.size(2), key.size(2));
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var result = empty([batch, heads, queries, value.size(3)], query.dtype, query.device);
        var (scaled, allKeys, allValues) = (query.Times(1 / Math.Sqrt(query.size(3))), key.contiguous(), value.contiguous());
        for (long start = 0; start < queries; start += block)
        {
            using var rows = NewDisposeScope();
            var count = Math.Min(block, queries - start);
            var seen = layer.IsCausal ? firstQuery + start + count : keys;
            var bias = layer.LogWeights(firstQuery + start, count, seen, query.dtype, query.device);
            for (long at = 0; at < batch * heads; at++)
            {
                using var one = NewDisposeScope();
                var (sample, head) = (at / heads, at % heads);
                using var stream = new StreamedAttention(scaled[sample, head].narrow(0, start, count).contiguous(), value.size(3));
                stream.Add(allKeys[sample, head].narrow(0, 0, seen), allValues[sample, head].narrow(0, 0, seen), bias);
                result[sample, head].narrow(0, start, count).copy_(stream.Result());
            }
        }

        return result.MoveToOuterDisposeScope();
    }

    private static bool NeedsGradient(params ReadOnlySpan<Tensor> tensors)
    {
        if (!is_grad_enabled())
        {
            return false;
        }

        foreach (var tensor in tensors)
        {
            if (tensor.requires_grad)
            {
                return true;
            }
        }

        return false;
    }

    private static Tensor Block(
        SpaLayer layer, Tensor query, Tensor key, Tensor value, long firstQuery, long start, long count, long seen, Tensor? logits)
    {
        // A bias lives for its block only, unless autograd keeps it.
        using var scope = NewDisposeScope();
        var bias = layer.LogWeights(firstQuery, count, seen, MaskType(query), query.device);
        if (logits is not null)
        {
            bias = bias.add(Part(Part(logits, 2, start, count), 1, 0, seen).to(bias.dtype), Deep.Tensors.GuardedArithmetic.One);
            bias = bias.dim() == 3 ? bias.unsqueeze(0) : bias;
        }

        return nn.functional.scaled_dot_product_attention(query, key, value, bias).MoveToOuterDisposeScope();
    }

    // A broadcast axis stays as it is.
    private static Tensor Part(Tensor logits, int axisFromEnd, long start, long count)
    {
        var axis = logits.dim() - axisFromEnd;
        return axis < 0 || logits.size((int)axis) == 1 ? logits : logits.narrow(axis, start, count);
    }

    // On the CPU the mask of narrow queries may be wide, and 8 bits of mantissa are too few for a distance of some hundred positions.
    private static ScalarType MaskType(Tensor query) =>
        query.device_type == TorchSharp.DeviceType.CPU && query.dtype != ScalarType.Float64 ? ScalarType.Float32 : query.dtype;
}
