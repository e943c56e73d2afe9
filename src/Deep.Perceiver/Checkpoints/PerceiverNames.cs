using Deep.Checkpoints;

namespace Deep.Perceivers;

/// <summary>The names of a Perceiver's tensors in the public checkpoints, two-way.</summary>
public static class PerceiverNames
{
    /// <summary>The map between a convention and our names.</summary>
    /// <param name="config">The network.</param>
    /// <param name="naming">The convention.</param>
    /// <param name="keepKernels">
    /// As <see cref="PerceiverLoadOptions.KeepKernels"/>: whether kernels in Hugging Face's files are as ours.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// The convention has no place for one of the network's tensors, or for its order of cross-attends and blocks.
    /// </exception>
    public static NameMap Map(PerceiverConfig config, PerceiverNaming naming, bool keepKernels = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Map(config, naming, [.. PerceiverShapes.Of(config).Keys], [], keepKernels);
    }

    /// <summary>The convention that a set of names follows; ours where it is none of the others.</summary>
    /// <param name="names">All names of a checkpoint.</param>
    public static PerceiverNaming NamingOf(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Select(name => name switch
        {
            _ when name.EndsWith(HuggingFaceNames.Anchor, StringComparison.Ordinal) => PerceiverNaming.HuggingFace,
            _ when name.EndsWith(DeepMindNames.Anchor, StringComparison.Ordinal) => PerceiverNaming.DeepMind,
            _ when name.EndsWith(KrassermNames.Anchor, StringComparison.Ordinal) => PerceiverNaming.Krasserm,
            _ when name.EndsWith(LucidrainsNames.Anchor, StringComparison.Ordinal) => PerceiverNaming.Lucidrains,
            _ => PerceiverNaming.Deep,
        }).FirstOrDefault(naming => naming != PerceiverNaming.Deep);
    }

    /// <summary>The map for the names of a file, with its prefixes and with what it says for nothing.</summary>
    /// <param name="config">The network.</param>
    /// <param name="naming">The convention.</param>
    /// <param name="ours">Our names, in the order of the state dict.</param>
    /// <param name="theirs">The file's names; none for the names as they are saved.</param>
    /// <param name="keepKernels">Whether Hugging Face's kernels are taken as they are.</param>
    internal static NameMap Map(PerceiverConfig config, PerceiverNaming naming, IReadOnlyCollection<string> ours,
        IReadOnlyCollection<string> theirs, bool keepKernels)
    {
        var network = new NetworkNames(ours);
        if (naming == PerceiverNaming.Deep)
        {
            return NameMap.Identity(ours);
        }

        if (naming is PerceiverNaming.HuggingFace or PerceiverNaming.DeepMind && config.CrossAttends > 1)
        {
            throw new ConfigurationException($"{nameof(PerceiverConfig)}.{nameof(PerceiverConfig.CrossAttends)}",
                $"1, all that {naming} has", config.CrossAttends);
        }

        var rules = naming switch
        {
            PerceiverNaming.HuggingFace => HuggingFaceNames.Rules(network,
                PrefixOf(theirs, HuggingFaceNames.Anchor, "perceiver."),
                config.Preprocessor is ConvConfig { Semantics: ConvSemantics.DeepMind } && !keepKernels,
                theirs.Contains("decoder.classifier.weight")),
            PerceiverNaming.DeepMind => DeepMindRules(network, theirs),
            PerceiverNaming.Krasserm => KrassermNames.Rules(network, PrefixOf(theirs, KrassermNames.Anchor, "0."),
                config.Decoder is null or { UseQueryResidual: true }),
            _ => LucidrainsNames.Rules(network, PrefixOf(theirs, "latents", ""), IsLucidrainsIo(config)),
        };
        List<NameMapping> lines = [.. NameRule.Apply(rules, ours, naming)];
        var known = lines.Select(line => line.Theirs).ToHashSet(StringComparer.Ordinal);
        lines.AddRange(theirs.Where(name => !known.Contains(name) && (IsIdle(naming, name)
            || (SharedWith(config, naming, theirs, name) is { } owner && known.Contains(owner))))
            .Select(name => new NameMapping(name, null)));
        return new NameMap(lines);
    }

    /// <summary>The name of which one of theirs is a copy because layers share weights, or null.</summary>
    internal static string? SharedWith(
        PerceiverConfig config, PerceiverNaming naming, IReadOnlyCollection<string> theirs, string name) =>
        naming == PerceiverNaming.Lucidrains
            ? LucidrainsNames.SharedWith(name, PrefixOf(theirs, "latents", ""), IsLucidrainsIo(config), config.BlockSharing)
            : null;

    private static NameRule[] DeepMindRules(NetworkNames network, IReadOnlyCollection<string> theirs)
    {
        // The prefix ends before "perceiver_encoder" or "encoder"; averages stand beside parameters, if anywhere apart.
        var anchor = (network.Multimodal ? "" : "perceiver_") + DeepMindNames.Anchor;
        var parameters = PrefixOf(theirs, anchor, network.ConvDownsamples ? "params/" : "");
        var average = theirs.FirstOrDefault(name => name.EndsWith("_ema/average", StringComparison.Ordinal));
        var state = average?[..Math.Max(0, average.IndexOf("image_preprocessor/", StringComparison.Ordinal))];
        return DeepMindNames.Rules(network, parameters, state ?? (parameters.Length > 0 ? "state/" : ""));
    }

    private static bool IsIdle(PerceiverNaming naming, string theirs) => naming switch
    {
        PerceiverNaming.HuggingFace => HuggingFaceNames.IsIdle(theirs),
        PerceiverNaming.DeepMind => DeepMindNames.IsIdle(theirs),
        PerceiverNaming.Krasserm => KrassermNames.IsIdle(theirs),
        _ => false,
    };

    private static bool IsLucidrainsIo(PerceiverConfig config) =>
        config.Decoder is QueryDecoderConfig or FlowDecoderConfig;

    private static string PrefixOf(IReadOnlyCollection<string> theirs, string anchor, string saved) =>
        theirs.Count == 0 ? saved
        : theirs.FirstOrDefault(name => name.EndsWith(anchor, StringComparison.Ordinal)) is { } name ? name[..^anchor.Length]
        : saved;
}
