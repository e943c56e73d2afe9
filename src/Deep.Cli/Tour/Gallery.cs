namespace Deep.Cli.Tour;

/// <summary>The pictures that the tour shows; they are part of the tool.</summary>
internal static class Gallery
{
    private const string Prefix = "Deep.Cli.Gallery.";

    /// <summary>The pictures in the order of their names.</summary>
    /// <param name="folder">A folder of JPEG files to take in place of the tool's own; null for those.</param>
    /// <exception cref="WrongInputException">There is no picture.</exception>
    public static IReadOnlyList<GalleryPicture> Read(string? folder)
    {
        var pictures = folder is null ? ReadOwn() : ReadFolder(folder);
        return pictures.Length > 0
            ? pictures
            : throw new WrongInputException($"There is no JPEG file in '{folder ?? "the tool's gallery"}'.");
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    private static GalleryPicture[] ReadFolder(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.jpg")
            .Order(StringComparer.Ordinal)
            .Select(file => new GalleryPicture(NameOf(file), File.ReadAllBytes(file))),
    ];

    private static GalleryPicture[] ReadOwn()
    {
        var assembly = typeof(Gallery).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new GalleryPicture(NameOf(name[Prefix.Length..]), ReadBytes(name)))];

        byte[] ReadBytes(string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
