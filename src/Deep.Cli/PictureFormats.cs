namespace Deep.Cli;

/// <summary>The picture files that are looked for in folders and archives.</summary>
internal static class PictureFormats
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>The extensions as a reader wants to see them.</summary>
    public static string Names { get; } = string.Join(", ", Extensions);

    /// <summary>Whether a name ends like a picture's.</summary>
    public static bool IsPicture(string name) =>
        Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
}
