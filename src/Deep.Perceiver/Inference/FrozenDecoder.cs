using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, N latents, D channels of a latent, O queries, E channels of a query, K channels of an output

/// <summary>A decoder with queries, frozen: latents are prepared once, queries are made and read in chunks.</summary>
internal sealed class FrozenDecoder : IDisposable
{
    private readonly PerceiverDecoder decoder;
    private readonly FrozenCrossAttend cross;
    private readonly FrozenOutput rows;
    private readonly SortedDictionary<string, FrozenOutput> outputs = new(StringComparer.Ordinal);
    private readonly int chunk;

    /// <param name="shell">The decoder's and postprocessor's copy, which makes queries; not owned.</param>
    /// <param name="config">The network.</param>
    /// <param name="options">How to freeze.</param>
    public FrozenDecoder(Perceiver shell, PerceiverConfig config, InferenceOptions options)
    {
        decoder = shell.Decoder!;
        chunk = options.QueriesPerChunk;
        cross = new FrozenCrossAttend(decoder.CrossAttend!, config.Latents, config.MaskedRows, options.Precision, withMlp: false);
        rows = new FrozenOutput(decoder, null, (x, _) => x.alias(), options.Precision);
        if (decoder is MultimodalDecoder && decoder.Config is MultimodalDecoderConfig modalities)
        {
            foreach (var name in modalities.Names)
            {
                var postprocessor = (shell.Postprocessor as MultimodalPostprocessor)?.Modalities.GetValueOrDefault(name);
                outputs[name] = new FrozenOutput(decoder, postprocessor, (x, _) => x.alias(), options.Precision);
            }
        }
        else
        {
            outputs[Perceiver.Output] = new FrozenOutput(decoder, shell.Postprocessor, decoder.Arrange, options.Precision);
        }
    }

    /// <summary>Rows of given queries.</summary>
    /// <param name="latents">[B, N, D] in 32-bit floats.</param>
    /// <param name="queries">[1 or B, O, E] in 32-bit floats.</param>
    /// <param name="queryMask">[B, O] of bool, or null.</param>
    /// <returns>[B, O, K], before postprocessing. The caller disposes it.</returns>
    public Tensor Decode(Tensor latents, Tensor queries, Tensor? queryMask)
    {
        using var scope = NewDisposeScope();
        using var context = cross.Prepare(latents, null);
        return InChunks(queries.size(1), context, rows, queryMask, (first, length) => queries.narrow(1, first, length)).MoveToOuterDisposeScope();
    }

    /// <summary>The task's outputs.</summary>
    /// <param name="latents">[B, N, D] in 32-bit floats.</param>
    /// <param name="selection">Which are asked for.</param>
    /// <param name="bytes">The byte array, where queries are made from it; else null.</param>
    /// <param name="queryMask">[B, O] of bool over the queries that are asked for, or null.</param>
    /// <returns>By name. The caller disposes them.</returns>
    public IReadOnlyDictionary<string, Tensor> Read(Tensor latents, QuerySelection selection, ByteArray? bytes, Tensor? queryMask)
    {
        using var scope = NewDisposeScope();
        using var context = cross.Prepare(latents, null);
        var results = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        if (decoder is not MultimodalDecoder || selection.Positions is not null || selection.IndicesOf() is not null || selection.Names.Any(name => !outputs.ContainsKey(name)))
        {
            // Also what a decoder of several outputs cannot be asked: its own error says why.
            var (length, make) = Single(selection, bytes, latents.device);
            var output = outputs.Values.First();
            results[Perceiver.Output] = output.Arrange(InChunks(length, context, output, queryMask, make), bytes).MoveToOuterDisposeScope();
            return results;
        }

        foreach (var (name, output) in outputs)
        {
            var indices = selection.IndicesOf(name);
            var count = indices is null ? ((MultimodalDecoderConfig)decoder.Config).Modalities[name].Count : indices.numel();
            if (count > 0)
            {
                var read = InChunks(count, context, output, null, (first, length) => Of(name, Part(indices, first, length, latents.device), latents.device));
                results[name] = output.Arrange(read, null).MoveToOuterDisposeScope();
            }
        }

        return results;
    }

    public void Dispose()
    {
        cross.Dispose();
        rows.Dispose();
        foreach (var output in outputs.Values)
        {
            output.Dispose();
        }
    }

    private (long Count, Func<long, long, Tensor> Make) Single(QuerySelection selection, ByteArray? bytes, Device device)
    {
        var cells = decoder.Config switch
        {
            QueryDecoderConfig { Queries: { } queries } => queries.Count,
            VideoAutoencodingDecoderConfig video => video.Queries.Count,
            _ => 0,
        };
        if (selection.Positions is null && selection.IndicesOf() is null && cells > chunk)
        {
            // Many queries: each chunk's are made when it is read, so that they never stand side by side.
            return (cells, (first, length) => Values(QuerySelection.Of(Part(null, first, length, device)), bytes, device));
        }

        var values = Values(selection, bytes, device);
        return (values.size(1), (first, length) => values.narrow(1, first, length));
    }

    private Tensor Of(string name, Tensor indices, Device device)
    {
        var others = outputs.Keys.ToDictionary(other => other, other => other == name ? indices : indices.narrow(0, 0, 0));
        return Values(QuerySelection.Of(others), null, device);
    }

    private Tensor Values(QuerySelection selection, ByteArray? bytes, Device device) =>
        (decoder.Queries(selection, bytes, device) ?? throw new ShapeException("The network has no queries.")).Values;

    private static Tensor Part(Tensor? indices, long first, long length, Device device)
    {
        using Scalar start = first, end = first + length;
        return indices?.narrow(0, first, length) ?? arange(start, end, ScalarType.Int64, device);
    }

    private Tensor InChunks(long count, PreparedContext context, FrozenOutput output, Tensor? queryMask, Func<long, long, Tensor> make)
    {
        using var scope = NewDisposeScope();
        if (count <= chunk)
        {
            return One(0, count).MoveToOuterDisposeScope();
        }

        Tensor? whole = null;
        for (long first = 0; first < count; first += chunk)
        {
            using var part = NewDisposeScope();
            var length = Math.Min(chunk, count - first);
            var read = One(first, length);
            whole ??= empty([read.size(0), count, read.size(2)], read.dtype, read.device).MoveToOuterDisposeScope();
            whole.narrow(1, first, length).copy_(read);
        }

        return whole!.MoveToOuterDisposeScope();

        Tensor One(long first, long length)
        {
            using var part = NewDisposeScope();
            var asked = make(first, length).to_type(ScalarType.Float32);
            return output.Read(cross.Attend(asked, context, queryMask?.narrow(1, first, length))).MoveToOuterDisposeScope();
        }
    }
}
