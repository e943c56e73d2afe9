using Deep.Media;

namespace Deep.Training;

/// <summary>The same resize and crop for every picture: that of evaluation.</summary>
/// <param name="Transform">The resize and the crop; its normalisation is not used.</param>
/// <remarks>Immutable, safe for many threads. It draws nothing.</remarks>
public sealed record FixedFit(EvaluationTransform Transform) : IPictureFit
{
    /// <inheritdoc/>
    public int Height => Transform.Height;

    /// <inheritdoc/>
    public int Width => Transform.Width;

    /// <summary>A picture squashed to a square of the given size, bicubic.</summary>
    /// <param name="size">H and W.</param>
    public static FixedFit Squash(int size) =>
        new(new EvaluationTransform { Size = size, CropFraction = 1, Mode = CropMode.Squash });

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The transform has a setting out of its range.</exception>
    public Picture Fit(Picture picture, RandomState random) => Transform.Crop(picture);
}
