using Deep.Checkpoints;
using Deep.Hub;

namespace Deep.NFNets;

/// <summary>Finds a model by path, variant or hub reference.</summary>
internal static class ModelSource
{
    /// <summary>Loads network and labels.</summary>
    /// <exception cref="ConfigurationException">The text names no file, variant or hub model.</exception>
    public static (NFNet Network, IReadOnlyList<string>? Labels) Load(
        string model, NFNetLoadOptions options, HubOptions? hub, IProgress<HubProgress>? progress)
    {
        if (HubReference.TryParse(model, out var reference))
        {
            return LoadFromHub(reference, options, hub, progress);
        }

        if (File.Exists(model))
        {
            using var source = Checkpoint.Open(model);
            return Load(source, options);
        }

        if (NFNetPretrained.Repositories.TryGetValue(model, out var repository))
        {
            return LoadFromHub(new HubReference(repository, HubReference.DefaultRevision), options, hub, progress);
        }

        throw new ConfigurationException(
            $"{nameof(ImageClassifierOptions)}.{nameof(ImageClassifierOptions.Model)}",
            $"a file that exists, hf:owner/name, or a variant with published weights ({string.Join(", ", NFNetPretrained.Repositories.Keys)})",
            $"'{model}'");
    }

    /// <summary>Loads network and labels from an open checkpoint.</summary>
    public static (NFNet Network, IReadOnlyList<string>? Labels) Load(ICheckpoint source, NFNetLoadOptions options) =>
        (NFNetCheckpoint.Load(source, options), NFNetCheckpoint.LabelsOf(source));

    private static (NFNet Network, IReadOnlyList<string>? Labels) LoadFromHub(
        HubReference reference, NFNetLoadOptions options, HubOptions? hub, IProgress<HubProgress>? progress)
    {
        var files = new HubCache(hub).ResolveModel(reference, progress);
        using var source = Checkpoint.Open(files.Weights);
        if (options.Config is not null || files.Config is null)
        {
            return Load(source, options);
        }

        var card = TimmModelCard.Read(files.Config, NFNetVariants.ConfigOf(source));
        var (network, labels) = Load(source, options with { Config = card.Config });
        return (network, labels ?? card.Labels);
    }
}
