using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, N latents, D channels of a latent, O queries, E channels of a query, K channels of an output

/// <summary>Reads outputs from latents: a cross-attend from queries, then a linear layer (Perceiver IO, figure 2, right).</summary>
/// <remarks>Children: cross_attend, and output where there is a last linear layer; queries [O, E] where they are learned.</remarks>
public abstract class PerceiverDecoder : nn.Module
{
    private protected PerceiverDecoder(DecoderConfig decoder, PerceiverConfig config, int? outputs, Device? device)
        : base(nameof(PerceiverDecoder))
    {
        Config = decoder;
        QueryChannels = decoder.QueryChannels(config.Preprocessor);
        OutputChannels = decoder.OutputChannels(config.Preprocessor);
        if (QueryChannels > 0)
        {
            CrossAttend = new CrossAttend(QueryChannels, config.LatentChannels, decoder.CrossAttention, decoder.UseQueryResidual,
                config.Gelu, config.MaskedRows, device);
            register_module("cross_attend", CrossAttend);
        }

        if (outputs is { } channels)
        {
            Output = Linear(QueryChannels > 0 ? QueryChannels : config.LatentChannels, channels, device: device);
            register_module("output", Output);
        }
    }

    /// <summary>What it was built from.</summary>
    public DecoderConfig Config { get; }

    /// <summary>E; 0 where there are no queries.</summary>
    public int QueryChannels { get; }

    /// <summary>K.</summary>
    public int OutputChannels { get; }

    /// <summary>The cross-attend; null where there are no queries.</summary>
    public CrossAttend? CrossAttend { get; }

    /// <summary>The last linear layer; null where there is none.</summary>
    public Linear? Output { get; }

    /// <summary>The decoder of a kind.</summary>
    /// <param name="config">The network; its decoder must be given.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <returns>The decoder.</returns>
    public static PerceiverDecoder Of(PerceiverConfig config, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Decoder switch
        {
            QueryDecoderConfig query => new QueryDecoder(query, config, device),
            VideoAutoencodingDecoderConfig video => new VideoAutoencodingDecoder(video, config, device),
            ClassificationDecoderConfig classes => new ClassificationDecoder(classes, config, device),
            AverageProjectDecoderConfig average => new AverageProjectDecoder(average, config, device),
            FlowDecoderConfig flow => new FlowDecoder(flow, config, device),
            MultimodalDecoderConfig modalities => new MultimodalDecoder(modalities, config, device),
            _ => throw new ConfigurationException(nameof(DecoderConfig), "a known kind", config.Decoder?.GetType().Name),
        };
    }

    /// <summary>The queries.</summary>
    /// <param name="selection">Which outputs are asked for.</param>
    /// <param name="bytes">The byte array, for queries that are made from it; else it may be null.</param>
    /// <param name="device">Where the queries are.</param>
    /// <returns>[1 or B, O, E], and the queries of each output by name. The caller disposes them. Null where there are none.</returns>
    /// <exception cref="ShapeException">The selection names what the decoder does not have.</exception>
    public abstract (Tensor Values, IReadOnlyDictionary<string, long> Sizes)? Queries(QuerySelection selection, ByteArray? bytes, Device device);

    /// <summary>Reads outputs from latents.</summary>
    /// <param name="latents">[B, N, D].</param>
    /// <param name="queries">[1 or B, O, E]; null where the decoder has none.</param>
    /// <param name="queryMask">[B, O] of bool, false where a query attends to nothing; null: none.</param>
    /// <param name="map">Takes the attention map [B, H, O, N], which its owner disposes; null: none is made.</param>
    /// <returns>[B, O, K], before <see cref="Arrange"/> and postprocessing. The caller disposes it.</returns>
    public virtual Tensor Decode(Tensor latents, Tensor? queries, Tensor? queryMask = null, Action<Tensor>? map = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = NewDisposeScope();
        var shape = queries?.shape ?? throw new ShapeException("The decoder needs queries, but got none.");
        if (shape.Length != 3 || shape[2] != QueryChannels || (shape[0] != 1 && shape[0] != latents.shape[0]))
        {
            throw new ShapeException($"Queries must be [1 or {latents.shape[0]}, O, {QueryChannels}], but are {Shapes.Format(shape)}.");
        }

        var decoded = CrossAttend!.forward(queries.to(latents.dtype), latents, null, queryMask, map);
        return (Output?.call(decoded) ?? decoded).MoveToOuterDisposeScope();
    }

    /// <summary>Gives decoded rows the shape of the output.</summary>
    /// <param name="decoded">[B, O, K].</param>
    /// <param name="bytes">The byte array, where the output has its grid; else it may be null.</param>
    /// <returns>The output's shape: [B, classes], [B, H, W, 2], [B, O, K]. The caller disposes it.</returns>
    public virtual Tensor Arrange(Tensor decoded, ByteArray? bytes)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        return decoded.alias();
    }

    private protected static IReadOnlyDictionary<string, long> One(Tensor queries) =>
        new SortedDictionary<string, long>(StringComparer.Ordinal) { [Perceiver.Output] = queries.shape[1] };

    private protected static void RequireOne(QuerySelection selection)
    {
        if (selection.Names.Any())
        {
            throw new ShapeException($"The decoder has one output, but the selection names {string.Join(", ", selection.Names.Order(StringComparer.Ordinal))}.");
        }
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
