using Deep.Checkpoints;
using Deep.Hub;

namespace Deep.NFNets;

/// <summary>Finds a model by path, variant or hub reference.</summary>
internal static class ModelSource
{
    /// <summary>Loads network and labels.</summary>
    /// <exception cref="ConfigurationException">The text names no file, variant or hub model.</exception>
    public static (NFNet Network, IReadOnlyList<string>? Labels) Load(string model, ImageClassifierOptions options,
        TorchSharp.torch.Device device)
    {
        if (HubReference.TryParse(model, out var reference))
        {
            return LoadFromHub(reference, options, device);
        }

        if (File.Exists(model))
        {
            using var source = Checkpoint.Open(model);
            return Load(source, options.Config, device);
        }

        if (NFNetPretrained.Repositories.TryGetValue(model, out var repository))
        {
            return LoadFromHub(new HubReference(repository, HubReference.DefaultRevision), options, device);
        }

        throw new ConfigurationException(
            $"{nameof(ImageClassifierOptions)}.{nameof(ImageClassifierOptions.Model)}",
            $"a file that exists, hf:owner/name, or a variant with published weights ({string.Join(", ", NFNetPretrained.Repositories.Keys)})",
            $"'{model}'");
    }

    /// <summary>Loads network and labels from an open checkpoint.</summary>
    public static (NFNet Network, IReadOnlyList<string>? Labels) Load(ICheckpoint source, NFNetConfig? config,
        TorchSharp.torch.Device device) =>
        (NFNetCheckpoint.Load(source, new() { Config = config, Device = device }), NFNetCheckpoint.LabelsOf(source));

    private static (NFNet Network, IReadOnlyList<string>? Labels) LoadFromHub(HubReference reference,
        ImageClassifierOptions options, TorchSharp.torch.Device device)
    {
        var files = new HubCache(options.Hub).ResolveModel(reference, options.Progress);
        using var source = Checkpoint.Open(files.Weights);
        if (options.Config is not null || files.Config is null)
        {
            return Load(source, options.Config, device);
        }

        var card = TimmModelCard.Read(files.Config, NFNetVariants.ConfigOf(source));
        var (network, labels) = Load(source, card.Config, device);
        return (network, labels ?? card.Labels);
    }
}
