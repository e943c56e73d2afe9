using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>One learned query for the logits of classes. See <see cref="ClassificationDecoderConfig"/>.</summary>
public sealed class ClassificationDecoder : PerceiverDecoder
{
    private readonly OutputQueries query;

    internal ClassificationDecoder(ClassificationDecoderConfig decoder, PerceiverConfig config, Device? device)
        : base(decoder, config, decoder.Classes, device) =>
        query = new OutputQueries(this, QueryConfig.Learned(1, decoder.Width), device);

    /// <summary>The learned query [1, E].</summary>
    public Parameter Learned => query.Table!;

    /// <inheritdoc/>
    public override (Tensor Values, IReadOnlyDictionary<string, long> Sizes)? Queries(QuerySelection selection, ByteArray? bytes, Device device)
    {
        ArgumentNullException.ThrowIfNull(selection);
        RequireOne(selection);
        var values = query.Of(selection.IndicesOf(), null, device);
        return (values, One(values));
    }

    /// <summary>[B, classes].</summary>
    /// <inheritdoc/>
    public override Tensor Arrange(Tensor decoded, ByteArray? bytes)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        return decoded.select(1, 0);
    }
}
