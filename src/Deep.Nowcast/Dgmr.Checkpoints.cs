using static TorchSharp.torch;

namespace Deep.Nowcast;

public sealed partial class Dgmr
{
    /// <summary>
    /// Loads a generator from a file of any public kind: openclimatefix's (safetensors, bin, or a folder with one of them), Météo-France's
    /// or ours. Discriminators in the file are left out.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="config">What to build; null: what the file says, else what its tensors are those of.</param>
    /// <param name="device">Where it is; null: the default device.</param>
    /// <returns>The generator in eval mode. The caller disposes it.</returns>
    /// <exception cref="Deep.Checkpoints.CheckpointException">The file is damaged, or its tensors do not fit: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Dgmr Load(string path, DgmrConfig? config = null, Device? device = null) => Load([path], config, device);

    /// <summary>Loads a generator whose parts were published apart.</summary>
    /// <param name="paths">The files or folders of conditioning stack, latent stack and sampler, in any order.</param>
    /// <param name="config">What to build; null: what the tensors are those of.</param>
    /// <param name="device">Where it is; null: the default device.</param>
    /// <returns>The generator in eval mode. The caller disposes it.</returns>
    /// <exception cref="Deep.Checkpoints.CheckpointException">A file is damaged, or tensors do not fit: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Dgmr Load(IReadOnlyList<string> paths, DgmrConfig? config = null, Device? device = null) =>
        DgmrCheckpoint.Open(paths, source => DgmrCheckpoint.LoadGenerator(source, config, device));

    /// <summary>Writes the weights with the configuration.</summary>
    /// <param name="path">The file, .safetensors, .bin or .pth; replaced as a whole or not at all.</param>
    /// <exception cref="Deep.Checkpoints.CheckpointException">The extension names no format.</exception>
    public void Save(string path) => DgmrCheckpoint.Save(path, this);
}
