using Deep.Checkpoints;
using Deep.Hub;

namespace Deep.Perceivers;

/// <summary>Published weights: where they are, and a network from them.</summary>
public static class PerceiverPretrained
{
    /// <summary>
    /// Hugging Face repositories by name: DeepMind's weights as they are published there. Names are compared without
    /// regard to case.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Repositories { get; } = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["language-perceiver"] = "deepmind/language-perceiver",
        ["vision-perceiver-learned"] = "deepmind/vision-perceiver-learned",
        ["vision-perceiver-fourier"] = "deepmind/vision-perceiver-fourier",
        ["vision-perceiver-conv"] = "deepmind/vision-perceiver-conv",
        ["optical-flow-perceiver"] = "deepmind/optical-flow-perceiver",
        ["multimodal-perceiver"] = "deepmind/multimodal-perceiver",
    };

    /// <summary>The configuration that <see cref="Load"/> would give; no weight is read.</summary>
    /// <param name="model">As there.</param>
    /// <param name="options">As there.</param>
    /// <param name="hub">As there.</param>
    /// <param name="progress">Told of a download.</param>
    /// <exception cref="ConfigurationException"><paramref name="model"/> is no model.</exception>
    /// <exception cref="CheckpointException">The file is damaged, or no published configuration has its tensors.</exception>
    /// <exception cref="HubException">The weights cannot be had.</exception>
    public static PerceiverConfig ConfigOf(string model, PerceiverLoadOptions? options = null, HubOptions? hub = null,
        IProgress<HubProgress>? progress = null)
    {
        using var source = Open(model, hub, progress);
        options ??= new();
        return options.Apply(options.Config ?? PerceiverVariants.ConfigOf(source));
    }

    /// <summary>Loads a network from a file, a hub reference or a published model.</summary>
    /// <param name="model">
    /// A file that exists, <c>hf:owner/name[@revision]</c>, or a name of <see cref="Repositories"/>.
    /// </param>
    /// <param name="options">Configuration, device and what tensors cannot say; null: all from the checkpoint.</param>
    /// <param name="hub">Where downloads are kept and come from; null: the environment's.</param>
    /// <param name="progress">Told of a download.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException"><paramref name="model"/> is none of these.</exception>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit.</exception>
    /// <exception cref="HubException">The weights cannot be had.</exception>
    public static Perceiver Load(string model, PerceiverLoadOptions? options = null, HubOptions? hub = null,
        IProgress<HubProgress>? progress = null)
    {
        using var source = Open(model, hub, progress);
        return PerceiverCheckpoint.Load(source, options);
    }

    /// <summary>Finds a model and opens its weights, for those who want its labels as well.</summary>
    /// <inheritdoc cref="Load"/>
    /// <returns>The open checkpoint. The caller disposes it.</returns>
    public static ICheckpoint Open(string model, HubOptions? hub = null, IProgress<HubProgress>? progress = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (HubReference.TryParse(model, out var reference))
        {
            return Checkpoint.Open(new HubCache(hub).ResolveModel(reference, progress).Weights);
        }

        if (File.Exists(model))
        {
            return Checkpoint.Open(model);
        }

        return Repositories.TryGetValue(model, out var repository)
            ? Open($"{HubReference.Prefix}{repository}", hub, progress)
            : throw new ConfigurationException(nameof(model),
                $"a file that exists, hf:owner/name, or a published model ({string.Join(", ", Repositories.Keys)})",
                $"'{model}'");
    }
}
