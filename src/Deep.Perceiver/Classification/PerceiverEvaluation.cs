using Deep.Media;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// N pictures, S the side of the model's input in pixels

/// <summary>How pictures are prepared for the ImageNet models at evaluation.</summary>
/// <remarks>
/// The centre square of 224 / 256 of the short side is cut first and then scaled to 224 x 224, bicubic: in this order,
/// unlike most models' transform, so that nothing from outside the square touches the result.
/// </remarks>
public static class PerceiverEvaluation
{
    /// <summary>The part of the short side that the published models see: 224 / 256.</summary>
    public const double CropFraction = 0.875;

    /// <summary>The scaling and normalisation after the crop: bicubic to the size, then ImageNet's mean and standard
    /// deviation.</summary>
    /// <param name="size">S. The published models': 224.</param>
    public static EvaluationTransform Transform(int size = 224) =>
        new() { Size = size, CropFraction = 1, Mode = CropMode.Squash };

    /// <summary>The square of a picture that the model sees.</summary>
    /// <param name="picture">A picture of any size.</param>
    public static Picture Crop(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var side = Math.Max(1, (int)(CropFraction * Math.Min(picture.Width, picture.Height)));
        return picture.Crop((picture.Width - side + 1) / 2, (picture.Height - side + 1) / 2, side, side);
    }

    /// <summary>Pictures as a model's input.</summary>
    /// <param name="pictures">N pictures of any sizes, at least one.</param>
    /// <param name="size">S. The published models': 224.</param>
    /// <param name="device">Where the result lies; null: the CPU.</param>
    /// <returns>[N, 3, S, S], float32. The caller disposes it.</returns>
    /// <exception cref="ShapeException">There is no picture.</exception>
    /// <exception cref="ConfigurationException">The size is out of range.</exception>
    public static Tensor Apply(IReadOnlyList<Picture> pictures, int size = 224, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return Transform(size).Apply([.. pictures.Select(Crop)], device);
    }
}
