using Deep.Media;

namespace Deep.Training;

// H x W pixels

/// <summary>Brings each picture, at its full size, to the size of a batch by a random crop of its own.</summary>
/// <param name="Crop">The rule of the rectangles and the scaling.</param>
/// <param name="Height">H of the result, at least 1.</param>
/// <param name="Width">W of the result, at least 1.</param>
/// <remarks>Sharper than the same crop of a picture that was made small before. Immutable, safe for many threads.</remarks>
public sealed record RandomResizedFit(RandomResizedCrop Crop, int Height, int Width) : IPictureFit
{
    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">A setting of the crop is out of its range.</exception>
    /// <exception cref="ShapeException">A side of the result is less than 1.</exception>
    public Picture Fit(Picture picture, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Crop.Cut(picture, Height, Width, random);
    }
}
