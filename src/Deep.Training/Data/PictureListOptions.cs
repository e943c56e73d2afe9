using Deep.Media;

namespace Deep.Training;

/// <summary>Which pictures a <see cref="PictureList"/> holds.</summary>
public sealed record PictureListOptions
{
    /// <summary>
    /// The part of a folder or zip archive, such as <c>train</c>, where the layout is split/class/file; null, the
    /// default, where it is class/file.
    /// </summary>
    public string? Split { get; init; }

    /// <summary>
    /// The classes in the order of their indices; null, the default, for the names that are found, in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>What one picture may cost.</summary>
    public MediaLimits Limits { get; init; } = MediaLimits.Default;
}
