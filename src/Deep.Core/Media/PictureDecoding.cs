namespace Deep.Media;

/// <summary>How an encoded picture becomes pixels, beyond its <see cref="MediaLimits"/>.</summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed record PictureDecoding
{
    /// <summary>The choices used where none are given.</summary>
    public static PictureDecoding Default { get; } = new();

    /// <summary>What the picture may cost. Default <see cref="MediaLimits.Default"/>.</summary>
    public MediaLimits Limits { get; init; } = MediaLimits.Default;

    /// <summary>
    /// Whether a file that ends too early, or is damaged after its first rows, gives the rows that could be decoded
    /// (the rest is black) instead of a <see cref="MediaException"/>. Default false.
    /// </summary>
    public bool AllowTruncated { get; init; }

    /// <summary>Whether the EXIF orientation is applied, so that the picture stands upright. Default true.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>
    /// The grey level, 0 to 255, that transparent pixels are laid over. Default null: transparency is dropped and each
    /// pixel keeps the colour stored under it, as Pillow's <c>convert("RGB")</c> does and as the published models were
    /// evaluated.
    /// </summary>
    public byte? Background { get; init; }
}
