using Deep.Media;

namespace Deep.Training;

/// <summary>What is read from a folder or zip of pictures, and how.</summary>
public sealed record PictureSetOptions
{
    /// <summary>
    /// The part to read, such as <c>train</c>, where the layout is split/class/file; null, the default, where it is
    /// class/file.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>
    /// The classes in the order of their indices; null, the default, for the names of the folders in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>
    /// How pictures are brought to one size (its normalisation is not used); null, the default, where they have one
    /// already.
    /// </summary>
    public EvaluationTransform? Fit { get; init; }

    /// <summary>How many unreadable pictures are left out before reading ends with an error; default 0.</summary>
    public int UnreadablePictures { get; init; }

    /// <summary>What one picture may cost.</summary>
    public MediaLimits Limits { get; init; } = MediaLimits.Default;
}
