using Deep.Checkpoints;

namespace Deep.NFNets;

/// <summary>Finds out which network a checkpoint holds.</summary>
public static class NFNetVariants
{
    /// <summary>
    /// The configuration of a checkpoint: from its metadata, else the published variant whose tensors it has.
    /// </summary>
    /// <remarks>
    /// Haiku names give DeepMind's numerics, timm's names timm's. Classes and input channels are those of the tensors.
    /// </remarks>
    /// <param name="source">The open checkpoint; no tensor is read.</param>
    /// <exception cref="CheckpointException">No published variant has these tensors; a configuration must be
    /// given.</exception>
    /// <exception cref="ConfigurationException">The stored configuration makes no network.</exception>
    public static NFNetConfig ConfigOf(ICheckpoint source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Metadata.TryGetValue(NFNetCheckpoint.ConfigKey, out var json))
        {
            return NFNetConfig.FromJson(json);
        }

        var naming = NFNetNames.NamingOf(source.Tensors.Keys);
        var numerics = naming is NFNetNaming.Haiku or NFNetNaming.HaikuFlat ? Numerics.DeepMind : Numerics.Timm;
        var candidates = NFNetConfig.Variants.Values.OrderBy(variant => variant.Numerics == numerics ? 0 : 1);
        return candidates.Select(variant => Match(source, variant, naming)).FirstOrDefault(config => config is not null)
            ?? throw new CheckpointException(source.Path, null,
                $"no published NFNet has these {source.Tensors.Count} tensors; give the configuration");
    }

    // The variant with the file's classes and input channels, or null where any other shape differs.
    private static NFNetConfig? Match(ICheckpoint source, NFNetConfig variant, NFNetNaming naming)
    {
        if (variant.Attention == AttentionKind.EfficientChannel && naming is NFNetNaming.Haiku or NFNetNaming.HaikuFlat)
        {
            return null;
        }

        var lines = NFNetNames.Map(variant, naming).Mappings.ToDictionary(line => line.Ours!);
        var first = variant.Stem.Count == 1 ? "stem.conv.weight" : "stem.conv1.weight";
        var classifier = Shape("head.fc.weight");
        if (Shape(first) is not { Length: 4 } input || classifier is { Length: not 2 })
        {
            return null;
        }

        var config = variant with { Classes = (int)(classifier?[0] ?? 0), InputChannels = (int)input[1] };
        var expected = NFNetCost.Layers(config, 32, 32).SelectMany(layer => layer.NamedParameters).ToList();
        return expected.Count == source.Tensors.Count
            && expected.All(p => Shape(p.Name) is { } found && found.SequenceEqual(p.Shape)) ? config : null;

        long[]? Shape(string ours) =>
            lines.TryGetValue(ours, out var line) && source.Tensors.TryGetValue(line.Theirs, out var info)
                ? (line.Transform ?? TensorTransform.Identity).ApplyToShape(info.Shape)
                : null;
    }
}
