using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Each pixel of a picture or a video is a row. See <see cref="PixelsConfig"/>.</summary>
public sealed class PixelsPreprocessor : Preprocessor
{
    private readonly PixelsConfig config;

    internal PixelsPreprocessor(PixelsConfig config, Device? device)
        : base(config, device) => this.config = config;

    private protected override Tensor Featurize(Tensor input)
    {
        var shape = RequireFrames(input, "Pixels", config.Video, config.InputChannels);
        var pixels = input.movedim([-3], [-1]); // channels last
        var (height, width) = (shape.Length - 3, shape.Length - 2);
        pixels = pixels.slice(height, 0, long.MaxValue, config.SpatialDownsample).slice(width, 0, long.MaxValue, config.SpatialDownsample);
        return config.Video ? pixels.slice(1, 0, long.MaxValue, config.TemporalDownsample) : pixels;
    }
}
