using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>
/// Turns bytes into the numbers a network is fed: (byte / 255 − mean) / deviation, channel by channel.
/// </summary>
/// <param name="Mean">C means, in units of 0 to 1.</param>
/// <param name="Deviation">C standard deviations, above 0, in units of 0 to 1.</param>
public sealed record PictureNormalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    /// <summary>The means and deviations of ImageNet, used by every published NFNet.</summary>
    public static PictureNormalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Normalises pictures that are still on the scale of bytes.</summary>
    /// <param name="pictures">[N, C, H, W], 0 to 255, bytes or float.</param>
    /// <returns>[N, C, H, W] of f32; the caller disposes it.</returns>
    /// <exception cref="ShapeException">The pictures do not have C channels.</exception>
    public Tensor Apply(Tensor pictures)
    {
        if (Mean.Count != Deviation.Count || pictures.dim() != 4 || pictures.shape[1] != Mean.Count)
        {
            throw new ShapeException(
                $"{Mean.Count} means and {Deviation.Count} deviations do not fit pictures of shape "
                + $"[{string.Join(", ", pictures.shape)}].");
        }

        using var scope = NewDisposeScope();
        var scale = tensor(Scale(), device: pictures.device);
        var shift = tensor(Shift(), device: pictures.device);
        return pictures.to(ScalarType.Float32).mul(scale.view(1, -1, 1, 1)).sub_(shift.view(1, -1, 1, 1))
            .MoveToOuterDisposeScope();
    }

    /// <summary>What the bytes of each channel are multiplied by.</summary>
    internal float[] Scale() => [.. Deviation.Select(deviation => 1 / (255 * deviation))];

    /// <summary>What is subtracted from each channel afterwards.</summary>
    internal float[] Shift() => [.. Mean.Zip(Deviation, (mean, deviation) => mean / deviation)];

    internal void Require(int channels)
    {
        if (Mean.Count != channels || Deviation.Count != channels)
        {
            throw new ConfigurationException(
                "PictureBatchOptions.Normalization", $"{channels} means and deviations, one for each channel",
                $"{Mean.Count} and {Deviation.Count}");
        }
    }
}
