using Deep.Media;

namespace Deep.Training;

/// <summary>Brings pictures of any size to that of a batch by a random crop of each: the usual training on files.</summary>
/// <param name="Crop">The random crop.</param>
/// <param name="Height">H of the batch.</param>
/// <param name="Width">W of the batch.</param>
/// <remarks>Immutable, safe for many threads. Each copy of a picture, which is decoded once, is another crop.</remarks>
public sealed record CropFit(RandomResizedCrop Crop, int Height, int Width) : IPictureFit
{
    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The crop has a setting out of its range.</exception>
    public Picture Fit(Picture picture, RandomState random) => Crop.Cut(picture, Height, Width, random);
}
