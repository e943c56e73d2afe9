namespace Deep.Training.SignalPropagation;

/// <summary>Pictures that enter a transformer as a grid of patches (2010.11929).</summary>
/// <param name="ImageHeight">Height of a picture in pixels, a multiple of that of a patch.</param>
/// <param name="ImageWidth">Width of a picture in pixels, a multiple of that of a patch.</param>
/// <param name="PatchHeight">Height of a patch in pixels.</param>
/// <param name="PatchWidth">Width of a patch in pixels.</param>
/// <param name="Channels">Channels of a picture.</param>
/// <param name="Classes">Classes of the head.</param>
public sealed record PatchInput(int ImageHeight, int ImageWidth, int PatchHeight, int PatchWidth, int Channels, int Classes)
{
    internal int Rows => ImageHeight / PatchHeight;

    internal int Columns => ImageWidth / PatchWidth;

    internal int Count => Rows * Columns;

    /// <summary>Square pictures in square patches.</summary>
    /// <param name="imageSize">Side of a picture in pixels.</param>
    /// <param name="patchSize">Side of a patch in pixels, a divisor of that of a picture.</param>
    /// <param name="channels">Channels of a picture.</param>
    /// <param name="classes">Classes of the head.</param>
    public static PatchInput Square(int imageSize, int patchSize, int channels, int classes) =>
        new(imageSize, imageSize, patchSize, patchSize, channels, classes);

    internal void Validate()
    {
        foreach (var (number, name) in new[]
        {
            (PatchHeight, nameof(PatchHeight)), (PatchWidth, nameof(PatchWidth)), (Channels, nameof(Channels)), (Classes, nameof(Classes)),
        })
        {
            ConfigurationRequirement.Positive(number, nameof(PatchInput), name);
        }

        foreach (var (image, patch, name) in new[] { (ImageHeight, PatchHeight, nameof(ImageHeight)), (ImageWidth, PatchWidth, nameof(ImageWidth)) })
        {
            ConfigurationRequirement.That(image >= patch && image % patch == 0, nameof(PatchInput), name, $"a multiple of the patch's {patch}", image);
        }
    }
}
