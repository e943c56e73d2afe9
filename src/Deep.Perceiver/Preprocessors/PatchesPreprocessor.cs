using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, T frames, C channels, H x W pixels, t x s x s a patch

/// <summary>Patches of a picture or a video are rows. See <see cref="PatchesConfig"/>. Parameters: linear.{weight, bias} where projected.</summary>
public sealed class PatchesPreprocessor : Preprocessor
{
    private readonly PatchesConfig config;

    internal PatchesPreprocessor(PatchesConfig config, Device? device)
        : base(config, device)
    {
        this.config = config;
        if (config.Projected is { } channels)
        {
            Projection = Linear(config.PatchChannels, channels, device: device);
            register_module("linear", Projection);
        }
    }

    /// <summary>The projection of each patch; null where there is none.</summary>
    public Linear? Projection { get; }

    private protected override Tensor Featurize(Tensor input)
    {
        var shape = RequireFrames(input, "Pixels", config.Video, config.InputChannels);
        int s = config.SpatialDownsample, t = config.TemporalDownsample;
        if (shape[^1] % s != 0 || shape[^2] % s != 0 || (config.Video && shape[1] % t != 0))
        {
            throw new ShapeException(config.Video
                ? $"{shape[1]} frames of {shape[^2]} x {shape[^1]} pixels cannot be cut into patches of {t} x {s} x {s}."
                : $"{shape[^2]} x {shape[^1]} pixels cannot be cut into patches of {s} x {s}.");
        }

        var patches = config.Video ? OfVideo(input, shape, t, s) : OfPictures(input, shape, s);
        return Projection?.call(patches) ?? patches;
    }

    private static Tensor OfPictures(Tensor x, long[] shape, int s) =>
        x.reshape(shape[0], shape[1], shape[2] / s, s, shape[3] / s, s).permute(0, 2, 4, 3, 5, 1).flatten(3);

    private Tensor OfVideo(Tensor x, long[] shape, int t, int s)
    {
        var patches = x.reshape(shape[0], shape[1] / t, t, shape[2], shape[3] / s, s, shape[4] / s, s)
            .permute(0, 1, 4, 6, 2, 5, 7, 3).flatten(4); // [B, T / t, H / s, W / s, t s s C]
        if (!config.MergeTime)
        {
            return patches;
        }

        return patches.shape[1] == 1 ? patches.squeeze(1)
            : throw new ShapeException($"The network merges {t} frames, but got {shape[1]}.");
    }
}
