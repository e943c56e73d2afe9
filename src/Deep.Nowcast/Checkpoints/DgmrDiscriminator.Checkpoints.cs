using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Nowcast;

public sealed partial class DgmrDiscriminator
{
    /// <summary>Loads both discriminators: openclimatefix's, mfai's or ours, alone or beside a generator.</summary>
    /// <param name="path">The file, or a folder with <c>model.safetensors</c> or <c>pytorch_model.bin</c>.</param>
    /// <param name="config">What to build; null: what the file says and its tensors show.</param>
    /// <param name="device">Where the discriminators are; null: the default device.</param>
    /// <returns>The discriminators in eval mode. The caller disposes them.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or its tensors do not fit: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static DgmrDiscriminator Load(string path, DgmrConfig? config = null, Device? device = null)
    {
        using var source = DgmrCheckpoint.Open(path);
        return DgmrCheckpoint.LoadDiscriminator([source], config, device);
    }
}
