using Deep.Checkpoints;
using Deep.Hub;

namespace Deep.NFNets;

/// <summary>Published weights of variants: where they are, and a network from them.</summary>
public static class NFNetPretrained
{
    /// <summary>
    /// Hugging Face repositories by variant: those that timm publishes weights for. Names are compared without regard
    /// to case.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Repositories { get; } = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["dm_nfnet_f0"] = "timm/dm_nfnet_f0.dm_in1k",
        ["dm_nfnet_f1"] = "timm/dm_nfnet_f1.dm_in1k",
        ["dm_nfnet_f2"] = "timm/dm_nfnet_f2.dm_in1k",
        ["dm_nfnet_f3"] = "timm/dm_nfnet_f3.dm_in1k",
        ["dm_nfnet_f4"] = "timm/dm_nfnet_f4.dm_in1k",
        ["dm_nfnet_f5"] = "timm/dm_nfnet_f5.dm_in1k",
        ["dm_nfnet_f6"] = "timm/dm_nfnet_f6.dm_in1k",
        ["nfnet_l0"] = "timm/nfnet_l0.ra2_in1k",
        ["eca_nfnet_l0"] = "timm/eca_nfnet_l0.ra2_in1k",
        ["eca_nfnet_l1"] = "timm/eca_nfnet_l1.ra2_in1k",
        ["eca_nfnet_l2"] = "timm/eca_nfnet_l2.ra3_in1k",
        ["nf_regnet_b1"] = "timm/nf_regnet_b1.ra2_in1k",
        ["nf_resnet50"] = "timm/nf_resnet50.ra2_in1k",
        ["test_nfnet"] = "timm/test_nfnet.r160_in1k",
    };

    /// <summary>The configuration that <see cref="Load"/> would give; no weight is read.</summary>
    /// <param name="model">As there.</param>
    /// <param name="hub">As there.</param>
    /// <param name="progress">Told of a download.</param>
    /// <exception cref="ConfigurationException"><paramref name="model"/> is no model.</exception>
    /// <exception cref="CheckpointException">The file is damaged, or no published variant has its tensors.</exception>
    /// <exception cref="HubException">The weights cannot be had.</exception>
    public static NFNetConfig ConfigOf(
        string model, HubOptions? hub = null, IProgress<HubProgress>? progress = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        using var opened = ModelSource.Open(model, hub, progress);
        return opened.Config;
    }

    /// <summary>Loads a network from a file, a hub reference or a variant's published weights.</summary>
    /// <param name="model">
    /// A file that exists, <c>hf:owner/name[@revision]</c>, or a variant of <see cref="Repositories"/>.
    /// </param>
    /// <param name="options">Head, input channels, device and changes; null: all from the checkpoint.</param>
    /// <param name="hub">Where downloads are kept and come from; null: the environment's.</param>
    /// <param name="progress">Told of a download.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException"><paramref name="model"/> is none of these.</exception>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit.</exception>
    /// <exception cref="HubException">The weights cannot be had.</exception>
    public static NFNet Load(
        string model, NFNetLoadOptions? options = null, HubOptions? hub = null, IProgress<HubProgress>? progress = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        using var opened = ModelSource.Open(model, hub, progress);
        return opened.Load(options ?? new()).Network;
    }
}
