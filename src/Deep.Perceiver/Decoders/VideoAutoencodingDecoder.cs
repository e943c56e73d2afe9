using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>A query for each pixel of a video. See <see cref="VideoAutoencodingDecoderConfig"/>.</summary>
public sealed class VideoAutoencodingDecoder : PerceiverDecoder
{
    private readonly QueryConfig config;
    private readonly OutputQueries asked;

    internal VideoAutoencodingDecoder(VideoAutoencodingDecoderConfig decoder, PerceiverConfig config, Device? device)
        : base(decoder, config, decoder.Outputs, device)
    {
        this.config = decoder.Queries;
        asked = new OutputQueries(this, decoder.Queries, device);
    }

    /// <inheritdoc/>
    public override (Tensor Values, IReadOnlyDictionary<string, long> Sizes)? Queries(QuerySelection selection, ByteArray? bytes, Device device)
    {
        ArgumentNullException.ThrowIfNull(selection);
        RequireOne(selection);
        var values = asked.Of(selection.IndicesOf(), selection.Positions, device);
        return (values, One(values));
    }

    /// <summary>[B, T, H, W, K]; a part of the pixels stays [B, O, K].</summary>
    /// <inheritdoc/>
    public override Tensor Arrange(Tensor decoded, ByteArray? bytes)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        var shape = decoded.shape;
        return shape[1] == config.Count ? decoded.reshape([shape[0], .. config.Shape.Select(s => (long)s), shape[2]]) : decoded.alias();
    }
}
