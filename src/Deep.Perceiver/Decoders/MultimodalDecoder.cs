using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, O queries of all outputs, E common channels

/// <summary>The queries of several outputs in one cross-attend. See <see cref="MultimodalDecoderConfig"/>.</summary>
/// <remarks>Parameters beside the decoder's: modalities.{name}.queries where they are learned, padding.{name} [1, P].</remarks>
public sealed class MultimodalDecoder : PerceiverDecoder
{
    private readonly SortedDictionary<string, OutputQueries> modalities = new(StringComparer.Ordinal);
    private readonly NamedMembers padding = new();

    internal MultimodalDecoder(MultimodalDecoderConfig decoder, PerceiverConfig config, Device? device)
        : base(decoder, config, decoder.Outputs, device)
    {
        var members = new NamedMembers();
        foreach (var name in decoder.Names)
        {
            var owner = new NamedMembers();
            members.register_module(name, owner);
            modalities[name] = new OutputQueries(owner, decoder.Modalities[name], device);
            if (decoder.Width > decoder.Modalities[name].Channels)
            {
                padding.Add(name, decoder.Width - decoder.Modalities[name].Channels, device);
            }
        }

        register_module("modalities", members);
        register_module("padding", padding);
    }

    /// <inheritdoc/>
    public override (Tensor Values, IReadOnlyDictionary<string, long> Sizes)? Queries(QuerySelection selection, ByteArray? bytes, Device device)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (selection.Positions is not null || selection.IndicesOf() is not null || selection.Names.Any(name => !modalities.ContainsKey(name)))
        {
            throw new ShapeException($"The decoder has the outputs {string.Join(", ", modalities.Keys)}: select indices of these, "
                + $"not {(selection.Names.Any() ? string.Join(", ", selection.Names.Order(StringComparer.Ordinal)) : "of one output")}.");
        }

        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var sizes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, queries) in modalities)
        {
            var values = queries.Of(selection.IndicesOf(name), null, device);
            sizes[name] = values.shape[1];
            parts.Add(values.shape[2] == QueryChannels ? values
                : cat([values.to(padding[name].dtype), padding[name].expand(values.shape[0], values.shape[1], -1)], -1));
        }

        return (cat(parts, 1).MoveToOuterDisposeScope(), sizes);
    }
}
