using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, M rows, C common channels, P padded channels

/// <summary>Several preprocessors, padded to a common width. See <see cref="MultimodalConfig"/>.</summary>
/// <remarks>
/// Children: modalities.{name}. Parameters: padding.{name} [1, P], and mask_token.{name} [1, C] where there are mask tokens.
/// </remarks>
public sealed class MultimodalPreprocessor : Preprocessor
{
    private readonly MultimodalConfig config;
    private readonly SortedDictionary<string, Preprocessor> modalities = new(StringComparer.Ordinal);
    private readonly NamedMembers padding = new();
    private readonly NamedMembers maskTokens = new();

    internal MultimodalPreprocessor(MultimodalConfig config, Device? device)
        : base(config, device)
    {
        this.config = config;
        var members = new NamedMembers();
        foreach (var name in config.Names)
        {
            modalities[name] = Of(config.Modalities[name], device);
            members.register_module(name, modalities[name]);
            if (config.Channels > modalities[name].Channels)
            {
                padding.Add(name, config.Channels - modalities[name].Channels, device);
            }

            if (config.MaskProbabilities is not null)
            {
                maskTokens.Add(name, config.Channels, device);
            }
        }

        register_module("modalities", members);
        register_module("padding", padding);
        register_module("mask_token", maskTokens);
    }

    /// <summary>The preprocessors in the order of their rows.</summary>
    public IReadOnlyDictionary<string, Preprocessor> Modalities => modalities;

    /// <inheritdoc/>
    public override ByteArray Preprocess(PerceiverInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.Tensors.Keys.Order(StringComparer.Ordinal).SequenceEqual(modalities.Keys))
        {
            throw new ShapeException($"The network has the modalities {string.Join(", ", modalities.Keys)}, but got {string.Join(", ", input.Tensors.Keys.Order(StringComparer.Ordinal))}.");
        }

        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var sizes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, preprocessor) in modalities)
        {
            using var bytes = preprocessor.Preprocess(PerceiverInput.Of(input.Tensors[name]));
            parts.Add(Masked(name, Padded(name, bytes.Values), input.Generator));
            sizes[name] = bytes.Sizes.Values.Single();
        }

        if (parts.Select(part => part.shape[0]).Distinct().Count() != 1)
        {
            throw new ShapeException($"The modalities have different batches: {string.Join(", ", modalities.Keys.Zip(parts, (name, part) => $"{name} {part.shape[0]}"))}.");
        }

        return CheckMask(new ByteArray(cat(parts, 1).MoveToOuterDisposeScope(), input.Mask, sizes));
    }

    internal override void UseTables(PositionTables tables)
    {
        foreach (var preprocessor in modalities.Values)
        {
            preprocessor.UseTables(tables);
        }
    }

    private protected override Tensor Featurize(Tensor input) => input;

    private Tensor Padded(string name, Tensor rows) => config.Channels == rows.shape[2] ? rows.alias()
        : cat([rows, padding[name].to(rows.dtype).expand(rows.shape[0], rows.shape[1], -1)], -1);

    private Tensor Masked(string name, Tensor rows, Generator? generator)
    {
        var probability = config.MaskProbabilities?.GetValueOrDefault(name) ?? 0;
        if (probability == 0)
        {
            return rows;
        }

        var token = maskTokens[name].to(rows.dtype);
        if (probability == 1)
        {
            return token.expand(rows.shape[0], rows.shape[1], -1);
        }

        using Scalar threshold = probability;
        var draws = generator is null ? rand(rows.shape[0], rows.shape[1], 1, device: rows.device)
            : rand(rows.shape[0], rows.shape[1], 1, generator: generator).to(rows.device);
        return where(draws.lt(threshold), token, rows);
    }
}
