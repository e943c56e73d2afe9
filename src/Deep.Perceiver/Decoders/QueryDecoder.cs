using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>One query for each output. See <see cref="QueryDecoderConfig"/>.</summary>
public sealed class QueryDecoder : PerceiverDecoder
{
    // Not named as the parameter: torch's to() would assign the parameter to a field of its name.
    private readonly OutputQueries? asked;

    internal QueryDecoder(QueryDecoderConfig decoder, PerceiverConfig config, Device? device)
        : base(decoder, config, decoder.Outputs, device) =>
        asked = decoder.Queries is null ? null : new OutputQueries(this, decoder.Queries, device);

    /// <summary>The learned queries [O, E]; null for Fourier features and for queries that the caller brings.</summary>
    public Parameter? Learned => asked?.Table;

    /// <inheritdoc/>
    public override (Tensor Values, IReadOnlyDictionary<string, long> Sizes)? Queries(QuerySelection selection, ByteArray? bytes, Device device)
    {
        ArgumentNullException.ThrowIfNull(selection);
        RequireOne(selection);
        var values = asked?.Of(selection.IndicesOf(), selection.Positions, device)
            ?? throw new ShapeException($"The decoder has no queries of its own: bring queries [B, O, {QueryChannels}].");
        return (values, One(values));
    }
}
