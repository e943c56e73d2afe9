using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Rows become patches of samples. See <see cref="AudioOutputConfig"/>. Child: linear.</summary>
public sealed class AudioPostprocessor : Postprocessor
{
    internal AudioPostprocessor(AudioOutputConfig config, int channels, Device? device) =>
        Samples = Register("linear", channels, config.SamplesPerPatch, device);

    /// <summary>The layer.</summary>
    public Linear Samples { get; }

    /// <summary>[B, O * samples].</summary>
    /// <inheritdoc/>
    public override Tensor Postprocess(Tensor rows)
    {
        using var samples = Samples.call(rows);
        return samples.flatten(1);
    }
}
