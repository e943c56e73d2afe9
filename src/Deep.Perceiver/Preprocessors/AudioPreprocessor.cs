using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Consecutive samples are rows. See <see cref="AudioConfig"/>.</summary>
public sealed class AudioPreprocessor : Preprocessor
{
    private readonly AudioConfig config;

    internal AudioPreprocessor(AudioConfig config, Device? device)
        : base(config, device) => this.config = config;

    private protected override Tensor Featurize(Tensor input)
    {
        var shape = input.shape;
        var isSound = shape.Length is 2 or 3 && (shape.Length == 2 || shape[2] == 1) && shape[0] > 0 && shape[1] > 0;
        return isSound && shape[1] % config.SamplesPerPatch == 0
            ? input.reshape(shape[0], -1, config.SamplesPerPatch)
            : throw new ShapeException($"Sound must be [B, samples] or [B, samples, 1], of a multiple of {config.SamplesPerPatch} samples, but is {Shapes.Format(shape)}.");
    }
}
