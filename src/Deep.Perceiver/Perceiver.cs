using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, M rows of the byte array, C channels, N latents, D channels of a latent, O queries, E channels, K outputs

/// <summary>
/// Perceiver and Perceiver IO: a byte array of any input is read into latents, and outputs are read from these by queries.
/// </summary>
/// <remarks>
/// Cost is linear in M and in O. Parameters: latents [N, D], and those of preprocessor, encoder, decoder and postprocessor
/// under these names. Safe for concurrent prediction in eval mode; not while it trains. Dispose it to free its weights.
/// </remarks>
public sealed partial class Perceiver : Module<Tensor, Tensor>, IHasClassifier, IHasLayers
{
    /// <summary>The name of the output where there is only one.</summary>
    public const string Output = "output";

    /// <summary>A network with fresh weights, as DeepMind initialises them, in training mode.</summary>
    /// <param name="config">What to build.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public Perceiver(PerceiverConfig config, Device? device = null)
        : this(config, device, initialize: true)
    {
    }

    private Perceiver(PerceiverConfig config, Device? device, bool initialize)
        : base(nameof(Perceiver))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        register_parameter("latents", ModuleParameter.Of(empty(config.Latents, config.LatentChannels, device: device)));
        Preprocessor = Preprocessor.Of(config.Preprocessor, device);
        Encoder = new PerceiverEncoder(config, device);
        register_module("preprocessor", Preprocessor);
        register_module("encoder", Encoder);
        if (config.Decoder is not null)
        {
            Decoder = PerceiverDecoder.Of(config, device);
            register_module("decoder", Decoder);
        }

        if (config.Postprocessor is not null)
        {
            Postprocessor = Postprocessor.Of(config.Postprocessor, Decoder!.OutputChannels, Preprocessor, device);
            register_module("postprocessor", Postprocessor);
        }

        if (initialize)
        {
            PerceiverInitializer.Initialize(this);
        }
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config { get; }

    /// <summary>The latent array before it has read anything, [N, D].</summary>
    public Parameter Latents => get_parameter("latents")!;

    /// <summary>Makes the byte array.</summary>
    public Preprocessor Preprocessor { get; }

    /// <summary>Reads the byte array into the latents.</summary>
    public PerceiverEncoder Encoder { get; }

    /// <summary>Reads outputs from the latents; null: there is none.</summary>
    public PerceiverDecoder? Decoder { get; }

    /// <summary>Makes the task's output of decoded rows; null: they are the output.</summary>
    public Postprocessor? Postprocessor { get; }

    /// <inheritdoc/>
    nn.Module? IHasClassifier.Classifier => (Postprocessor as ClassificationPostprocessor)?.Logits
        ?? (Decoder is ClassificationDecoder or AverageProjectDecoder ? Decoder.Output : null);

    /// <summary>The preprocessor, the cross-attends and layers of the encoder in the order of their first use, decoder and postprocessor.</summary>
    public IReadOnlyList<nn.Module> Layers
    {
        get
        {
            var encoder = Enumerable.Range(0, Config.Blocks)
                .SelectMany(block => Encoder.LayersOf(block).Cast<nn.Module?>().Prepend(Encoder.CrossAttendOf(block)))
                .OfType<nn.Module>().Distinct(ReferenceEqualityComparer.Instance).Cast<nn.Module>();
            return [Preprocessor, .. encoder, .. new nn.Module?[] { Decoder, Postprocessor }.OfType<nn.Module>()];
        }
    }

    /// <summary>The byte array of an input.</summary>
    /// <param name="input">The input, with its mask and positions if any.</param>
    /// <returns>[B, M, C] and what it is made of. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes.</exception>
    public ByteArray Preprocess(PerceiverInput input) => Preprocessor.Preprocess(input);

    /// <summary>The latents after the encoder.</summary>
    /// <param name="input">The input.</param>
    /// <returns>[B, N, D]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes.</exception>
    public Tensor Encode(PerceiverInput input)
    {
        using var bytes = Preprocess(input);
        return Encode(bytes);
    }

    /// <summary>The latents after the encoder.</summary>
    /// <param name="bytes">The byte array.</param>
    /// <returns>[B, N, D]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The byte array has other channels.</exception>
    public Tensor Encode(ByteArray bytes) => Encode(bytes, null);

    /// <summary>The queries of the decoder.</summary>
    /// <param name="selection">Which outputs are asked for; null: all.</param>
    /// <param name="batch">Samples that the queries are repeated for, where they are the same for all.</param>
    /// <param name="bytes">The byte array, where queries are made from it (<see cref="FlowDecoder"/>); else null.</param>
    /// <returns>[batch, O, E]; the byte array's batch where queries are made from it. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The decoder has no queries, or not those that are selected.</exception>
    public Tensor Queries(QuerySelection? selection = null, long batch = 1, ByteArray? bytes = null)
    {
        using var scope = NewDisposeScope();
        var queries = Decoder?.Queries(selection ?? QuerySelection.All, bytes, Latents.device)?.Values
            ?? throw new ShapeException("The network has no queries: it has no decoder that asks.");
        return (queries.shape[0] == 1 && batch > 1 ? queries.expand(batch, -1, -1) : queries).MoveToOuterDisposeScope();
    }

    /// <summary>Reads outputs from latents; any number of times from the same.</summary>
    /// <param name="latents">[B, N, D], from <see cref="Encode(PerceiverInput)"/>.</param>
    /// <param name="queries">[1 or B, O, E]; null for a decoder without queries.</param>
    /// <param name="queryMask">[B, O] of bool, false where a query attends to nothing; null: none.</param>
    /// <param name="chunk">Queries that are decoded at a time, which bounds the memory; 0: all.</param>
    /// <returns>[B, O, K], before postprocessing. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Latents or queries are not the network's.</exception>
    public Tensor Decode(Tensor latents, Tensor? queries, Tensor? queryMask = null, int chunk = 0)
    {
        var decoder = Decoder ?? throw new ShapeException("The network has no decoder: its output is the latents.");
        Shapes.Require(latents, [Shapes.Any, Shapes.Any, Config.LatentChannels], "[B, N, D]");
        if (chunk <= 0 || queries is null || queries.shape[1] <= chunk)
        {
            return decoder.Decode(latents, queries, queryMask);
        }

        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        for (long start = 0, count = queries.shape[1]; start < count; start += chunk)
        {
            var length = Math.Min(chunk, count - start);
            parts.Add(decoder.Decode(latents, queries.narrow(1, start, length), queryMask?.narrow(1, start, length)));
        }

        return cat(parts, 1).MoveToOuterDisposeScope();
    }

    /// <summary>The output of a network with one input and one output.</summary>
    /// <param name="input">In the preprocessor's layout.</param>
    /// <returns>The task's output; the latents [B, N, D] where there is no decoder. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes, or there are several outputs.</exception>
    public override Tensor forward(Tensor input) => Decoder is MultimodalDecoder
        ? throw new ShapeException("The network has several outputs: call Run.")
        : Run(PerceiverInput.Of(input))[Output];

    /// <summary>The outputs.</summary>
    /// <param name="input">The input, with masks and positions if any.</param>
    /// <param name="selection">Which outputs are asked for; null: all.</param>
    /// <returns>The task's outputs by name, a single one under <see cref="Output"/>. The caller disposes them.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(PerceiverInput input, QuerySelection? selection = null)
    {
        using var scope = NewDisposeScope();
        using var bytes = Preprocess(input);
        var latents = Encode(bytes);
        if (Decoder is null)
        {
            return new Dictionary<string, Tensor> { [Output] = latents.MoveToOuterDisposeScope() };
        }

        var queries = Decoder.Queries(selection ?? QuerySelection.All, bytes, latents.device);
        var decoded = Decode(latents, queries?.Values, QueryMask(bytes, selection));
        var outputs = Outputs(decoded, queries?.Sizes, bytes);
        foreach (var output in outputs.Values)
        {
            output.MoveToOuterDisposeScope();
        }

        return outputs;
    }

    /// <summary>Attention maps and latents of a pass over an input. Maps of large inputs are large: [B, H, N, M].</summary>
    /// <param name="input">The input.</param>
    /// <returns>What happened. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The input is not of the kind that the network takes.</exception>
    public PerceiverTrace Trace(PerceiverInput input)
    {
        using var scope = NewDisposeScope();
        using var bytes = Preprocess(input);
        var trace = new PerceiverTrace();
        var latents = Encode(bytes, trace);
        if (Decoder is not null)
        {
            var queries = Decoder.Queries(QuerySelection.All, bytes, latents.device)?.Values;
            trace.SetDecoded(Decoder.Decode(latents, queries, QueryMask(bytes, null), trace.SetDecoderCross));
        }

        return trace;
    }

    /// <summary>Postprocesses decoded rows.</summary>
    /// <param name="decoded">[B, O, K], from <see cref="Decode"/>.</param>
    /// <param name="sizes">Rows of each output, in the order in which they stand; null: one output.</param>
    /// <param name="bytes">The byte array, where the output has its grid; else null.</param>
    /// <returns>The task's outputs by name. The caller disposes them.</returns>
    public IReadOnlyDictionary<string, Tensor> Outputs(Tensor decoded, IReadOnlyDictionary<string, long>? sizes = null, ByteArray? bytes = null)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        using var scope = NewDisposeScope();
        var outputs = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        if (Decoder is MultimodalDecoder)
        {
            var start = 0L;
            foreach (var (name, rows) in (sizes ?? throw new ShapeException("Several outputs need the rows of each.")).Where(s => s.Value > 0))
            {
                var part = decoded.narrow(1, start, rows);
                outputs[name] = (Postprocessor as MultimodalPostprocessor)?.Postprocess(name, part) ?? part.alias();
                start += rows;
            }
        }
        else
        {
            outputs[Output] = Postprocessor?.Postprocess(decoded) ?? Decoder?.Arrange(decoded, bytes) ?? decoded.alias();
        }

        foreach (var output in outputs.Values)
        {
            output.MoveToOuterDisposeScope();
        }

        return outputs;
    }

    internal static Perceiver Uninitialized(PerceiverConfig config, Device? device) => new(config, device, initialize: false);

    private Tensor Encode(ByteArray bytes, PerceiverTrace? trace)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Shapes.Require(bytes.Values, [Shapes.Any, Shapes.Any, Preprocessor.Channels], "[B, M, C]");
        if (bytes.Values.dtype != Latents.dtype || bytes.Values.device_type != Latents.device_type)
        {
            throw new ShapeException($"{Config.Name} has {Latents.dtype} weights on {Latents.device}, but got {bytes.Values.dtype} values on {bytes.Values.device}.");
        }

        using var scope = NewDisposeScope();
        var latents = Latents.unsqueeze(0).expand(bytes.Values.shape[0], -1, -1);
        return Encoder.forward(latents, bytes.Values, bytes.Mask, trace).MoveToOuterDisposeScope();
    }

    // The mask of the input as that of the queries that stand for the same places; queries beyond the input are masked.
    internal Tensor? QueryMask(ByteArray bytes, QuerySelection? selection)
    {
        if (bytes.Mask is null || Config.Decoder is not QueryDecoderConfig { InputMaskIsQueryMask: true, Queries: { } asked })
        {
            return null;
        }

        var mask = bytes.Mask.shape[1] >= asked.Count ? bytes.Mask
            : functional.pad(bytes.Mask.to(ScalarType.Byte), [0, asked.Count - bytes.Mask.shape[1]]).to(ScalarType.Bool);
        return selection?.IndicesOf() is { } indices ? mask.index_select(1, indices) : mask;
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
