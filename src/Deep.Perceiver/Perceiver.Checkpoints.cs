using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Perceivers;

public sealed partial class Perceiver
{
    /// <summary>
    /// Loads a network from a file of any public kind: Hugging Face's, krasserm's, lucidrains' or ours (safetensors, bin,
    /// pth, ckpt), DeepMind's (Haiku pickle, npz).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="config">What to build; null: what the file's metadata or Hugging Face's config.json beside it say,
    /// else the published configuration that has these tensors.</param>
    /// <param name="device">Where the network is; null: the default device.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit: all differences in one
    /// message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Perceiver Load(string path, PerceiverConfig? config = null, Device? device = null) =>
        Load(path, new PerceiverLoadOptions { Config = config, Device = device });

    /// <summary>Loads a network from a file, with what its tensors cannot say.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Configuration, device, GELU, borders of convolutions, residual of the decoder.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit: all differences in one
    /// message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Perceiver Load(string path, PerceiverLoadOptions options)
    {
        using var source = Checkpoint.Open(path);
        return PerceiverCheckpoint.Load(source, options);
    }

    /// <summary>
    /// Writes the weights under our names, with the configuration and, where given, the classes' labels.
    /// </summary>
    /// <param name="path">The file, .safetensors or .pth; replaced as a whole or not at all.</param>
    /// <param name="labels">One label per class, in order, or null.</param>
    /// <exception cref="ConfigurationException">There are not as many labels as classes.</exception>
    /// <exception cref="CheckpointException">The extension names no format.</exception>
    public void Save(string path, IReadOnlyList<string>? labels = null) =>
        PerceiverCheckpoint.Save(this, path, labels: labels);
}
