using Deep.Checkpoints;
using Deep.Hub;

namespace Deep.NFNets;

/// <summary>A model found by path, variant or hub reference, with its checkpoint open.</summary>
internal sealed class ModelSource : IDisposable
{
    private readonly ICheckpoint _checkpoint;
    private readonly Lazy<TimmModelCard?> _card;

    private ModelSource(ICheckpoint checkpoint, string? card = null)
    {
        _checkpoint = checkpoint;
        _card = new(() => card is null ? null : TimmModelCard.Read(card, NFNetVariants.ConfigOf(checkpoint)));
    }

    /// <summary>What the checkpoint and the card beside it say.</summary>
    public NFNetConfig Config => _card.Value?.Config ?? NFNetVariants.ConfigOf(_checkpoint);

    /// <summary>Finds a model and opens it.</summary>
    /// <exception cref="ConfigurationException">The text names no file, variant or hub model.</exception>
    public static ModelSource Open(string model, HubOptions? hub, IProgress<HubProgress>? progress)
    {
        if (HubReference.TryParse(model, out var reference))
        {
            return OpenFromHub(reference, hub, progress);
        }

        if (File.Exists(model))
        {
            return new ModelSource(Checkpoint.Open(model));
        }

        if (NFNetPretrained.Repositories.TryGetValue(model, out var repository))
        {
            return OpenFromHub(new HubReference(repository, HubReference.DefaultRevision), hub, progress);
        }

        throw new ConfigurationException(
            $"{nameof(ImageClassifierOptions)}.{nameof(ImageClassifierOptions.Model)}",
            $"a file that exists, hf:owner/name, or a variant with published weights ({string.Join(", ", NFNetPretrained.Repositories.Keys)})",
            $"'{model}'");
    }

    /// <summary>Loads network and labels; a configuration that is given stands in place of the card.</summary>
    public (NFNet Network, IReadOnlyList<string>? Labels) Load(NFNetLoadOptions options)
    {
        var card = options.Config is null ? _card.Value : null;
        var (network, labels) = Load(_checkpoint, options with { Config = options.Config ?? card?.Config });
        return (network, labels ?? card?.Labels);
    }

    /// <summary>Loads network and labels from an open checkpoint.</summary>
    public static (NFNet Network, IReadOnlyList<string>? Labels) Load(ICheckpoint source, NFNetLoadOptions options) =>
        (NFNetCheckpoint.Load(source, options), NFNetCheckpoint.LabelsOf(source));

    /// <inheritdoc/>
    public void Dispose() => _checkpoint.Dispose();

    private static ModelSource OpenFromHub(
        HubReference reference, HubOptions? hub, IProgress<HubProgress>? progress)
    {
        var files = new HubCache(hub).ResolveModel(reference, progress);
        return new ModelSource(Checkpoint.Open(files.Weights), files.Config);
    }
}
