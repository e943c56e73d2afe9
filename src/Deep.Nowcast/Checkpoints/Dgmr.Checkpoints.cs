using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Nowcast;

public sealed partial class Dgmr
{
    /// <summary>Loads a generator: openclimatefix's, mfai's or ours, safetensors or PyTorch.</summary>
    /// <param name="path">The file, or a folder with <c>model.safetensors</c> or <c>pytorch_model.bin</c>.</param>
    /// <param name="config">What to build; null: what the file, or a config.json beside it, says and its tensors show.</param>
    /// <param name="device">Where the generator is; null: the default device.</param>
    /// <returns>The generator in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Dgmr Load(string path, DgmrConfig? config = null, Device? device = null)
    {
        using var source = DgmrCheckpoint.Open(path);
        return DgmrCheckpoint.LoadGenerator([source], config, device);
    }

    /// <summary>Loads a generator whose parts are published apart.</summary>
    /// <param name="conditioning">The conditioning stack's file or folder.</param>
    /// <param name="latent">The latent stack's.</param>
    /// <param name="sampler">The sampler's.</param>
    /// <param name="config">As for one file.</param>
    /// <param name="device">Where the generator is; null: the default device.</param>
    /// <returns>The generator in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">A file is damaged, or the tensors do not fit: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Dgmr LoadParts(string conditioning, string latent, string sampler, DgmrConfig? config = null, Device? device = null)
    {
        using var first = DgmrCheckpoint.Open(conditioning);
        using var second = DgmrCheckpoint.Open(latent);
        using var third = DgmrCheckpoint.Open(sampler);
        return DgmrCheckpoint.LoadGenerator([first, second, third], config, device);
    }

    /// <summary>Writes the weights in openclimatefix's layout, with the configuration.</summary>
    /// <param name="path">The file, .safetensors, .bin or .pth; replaced as a whole or not at all.</param>
    /// <exception cref="CheckpointException">The extension names no format.</exception>
    public void Save(string path) => DgmrCheckpoint.Save(this, path);
}
