using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M rows of the byte array, C channels

/// <summary>The byte array is the queries. See <see cref="FlowDecoderConfig"/>.</summary>
public sealed class FlowDecoder : PerceiverDecoder
{
    private readonly double rescaleFactor;

    internal FlowDecoder(FlowDecoderConfig decoder, PerceiverConfig config, Device? device)
        : base(decoder, config, decoder.Outputs, device) => rescaleFactor = decoder.RescaleFactor;

    /// <summary>[B, M, C], or the rows that are asked for.</summary>
    /// <inheritdoc/>
    public override (Tensor Values, IReadOnlyDictionary<string, long> Sizes)? Queries(QuerySelection selection, ByteArray? bytes, Device device)
    {
        ArgumentNullException.ThrowIfNull(selection);
        RequireOne(selection);
        if (bytes is null || selection.Positions is not null)
        {
            throw new ShapeException("The queries of this decoder are the rows of the byte array: pass it, and select by indices.");
        }

        var values = selection.IndicesOf() is { } indices ? bytes.Values.index_select(1, OutputQueries.Checked(indices, bytes.Values.shape[1])) : bytes.Values.alias();
        return (values, One(values));
    }

    /// <inheritdoc/>
    public override Tensor Decode(Tensor latents, Tensor? queries, Tensor? queryMask = null, Action<Tensor>? map = null)
    {
        using var decoded = base.Decode(latents, queries, queryMask, map);
        return decoded.Times(1 / rescaleFactor);
    }

    /// <summary>[B, H, W, K] in the grid of the byte array; a part of the rows stays [B, O, K].</summary>
    /// <inheritdoc/>
    public override Tensor Arrange(Tensor decoded, ByteArray? bytes)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        var shape = decoded.shape;
        return bytes is not null && bytes.Values.shape[1] == shape[1] ? decoded.reshape([shape[0], .. bytes.Grid, shape[2]]) : decoded.alias();
    }
}
