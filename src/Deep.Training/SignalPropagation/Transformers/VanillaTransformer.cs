using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// N batch, T positions, F features, V vocabulary, K classes, C channels, H x W pixels of a picture

/// <summary>
/// A transformer of one kind of block, down to none of the usual shortcuts: "Deep Transformers without Shortcuts" (2302.10322) and the
/// blocks it is compared with.
/// </summary>
/// <remarks>
/// A causal language model over tokens or a classifier of pictures. Children: embedding, position_bias, blocks, head. Safe for concurrent
/// prediction in eval mode; not while it trains. Dispose it to free its weights.
/// </remarks>
public sealed partial class VanillaTransformer : Module<Tensor, Tensor>, IHasLayers, IHasClassifier, ISignalPath
{
    private readonly RotaryPositions? rotary;

    private VanillaTransformer(VanillaTransformerConfig config, Device? device)
        : base(nameof(VanillaTransformer))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        Embedding = new(config, device);
        PositionBias = PositionBias.Of(config, device);
        rotary = config.Positions == PositionEncoding.Rotary ? new(config.HeadWidth, config.Length, device) : null;
        var spa = config.Block.Spa?.Layers(config.Layers, config.Causal, config.Length);
        var rescaling = SpaRescaling.Of(config, spa);
        Blocks = [.. Enumerable.Range(0, config.Layers).Select(
            layer => new TransformerBlock(config, layer, new(spa?[layer], rescaling?[layer], rotary, PositionBias), device))];
        OutputHead = new(config, Embedding, device);
        register_module("embedding", Embedding);
        Register("position_bias", PositionBias);
        Register("rotary", rotary);
        register_module("blocks", new ModuleList<TransformerBlock>([.. Blocks]));
        register_module("head", OutputHead);
    }

    /// <summary>What the model was built from.</summary>
    public VanillaTransformerConfig Config { get; }

    /// <summary>Tokens or patches to vectors, with positions.</summary>
    public TransformerEmbedding Embedding { get; }

    /// <summary>The bias of all blocks' logits, or null.</summary>
    public PositionBias? PositionBias { get; }

    /// <summary>The blocks, in order.</summary>
    public IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>Final normalisation and head.</summary>
    public TransformerHead OutputHead { get; }

    /// <inheritdoc/>
    public IReadOnlyList<nn.Module> Layers => [Embedding, .. Blocks, OutputHead];

    /// <inheritdoc/>
    IReadOnlyList<Module<Tensor, Tensor>> ISignalPath.Blocks => Blocks;

    /// <inheritdoc/>
    nn.Module? IHasClassifier.Classifier => OutputHead.Linear;

    /// <summary>A model with fresh weights, in training mode.</summary>
    /// <param name="config">What to build.</param>
    /// <param name="seed">Decides every weight; torch's own generators are not touched.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <returns>The model. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">The configuration makes no model.</exception>
    public static VanillaTransformer Create(VanillaTransformerConfig config, ulong seed, Device? device = null)
    {
        var model = new VanillaTransformer(config, device);
        TransformerInitializer.Initialize(model, seed);
        return model;
    }

    /// <summary>Logits.</summary>
    /// <param name="x">Tokens [N, T], int64, or pictures [N, C, H, W] in the weights' dtype.</param>
    /// <returns>[N, T, V], or [N, K] for pictures. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch.</exception>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return OutputHead.call(Hidden(Embed(x), 0, null)).MoveToOuterDisposeScope();
    }

    /// <summary>What enters the first block.</summary>
    /// <param name="x">Tokens [N, T], int64, or pictures [N, C, H, W].</param>
    /// <returns>[N, T, F]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch.</exception>
    public Tensor Embed(Tensor x) => Embedding.call(x);

    /// <summary>Logits of what the last block gives.</summary>
    /// <param name="x">[N, T, F].</param>
    /// <returns>[N, T, V], or [N, K] for pictures. The caller disposes it.</returns>
    public Tensor Head(Tensor x) => OutputHead.call(x);

    // [N, T, F] through all blocks.
    private Tensor Hidden(Tensor x, long first, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        var length = x.size(1);
        var logits = PositionBias?.Logits(first, length, first + length);
        foreach (var block in Blocks)
        {
            x = block.From(x, first, logits, cache?.Layers[block.Layer]);
        }

        return x.MoveToOuterDisposeScope();
    }

    private void Register(string name, nn.Module? module)
    {
        if (module is not null)
        {
            register_module(name, module);
        }
    }

    /// <summary>Nothing: every child has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
