using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.NFNets;

public sealed partial class NFNet
{
    /// <summary>
    /// Loads a network from a file of any public kind: timm's or ours (safetensors, pth), DeepMind's (Haiku pickle,
    /// npz).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="config">What to build; null: what the file's metadata say, else the published variant that has
    /// these tensors.</param>
    /// <param name="device">Where the network is; null: the default device.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit: all differences in one
    /// message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static NFNet Load(string path, NFNetConfig? config = null, Device? device = null) =>
        Load(path, new NFNetLoadOptions { Config = config, Device = device });

    /// <summary>Loads a network from a file, with a new head or other input channels.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Configuration, device, head and input channels.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit: all differences in one
    /// message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static NFNet Load(string path, NFNetLoadOptions options)
    {
        using var source = Checkpoint.Open(path);
        return NFNetCheckpoint.Load(source, options);
    }

    /// <summary>
    /// Writes the weights under our names, with the configuration and, where given, the classes' labels.
    /// </summary>
    /// <param name="path">The file, .safetensors or .pth; replaced as a whole or not at all.</param>
    /// <param name="labels">One label per class, in order, or null.</param>
    /// <exception cref="ConfigurationException">There are not as many labels as classes.</exception>
    /// <exception cref="CheckpointException">The extension names no format.</exception>
    public void Save(string path, IReadOnlyList<string>? labels = null) =>
        NFNetCheckpoint.Save(this, path, labels: labels);

    internal static NFNet Uninitialized(NFNetConfig config, Device? device) => new(config, device, initialize: false);
}
