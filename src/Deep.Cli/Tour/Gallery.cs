namespace Deep.Cli.Tour;

/// <summary>The pictures that the tour shows; they are part of the tool.</summary>
internal static class Gallery
{
    private const string Prefix = "Deep.Cli.Gallery.";

    /// <summary>All pictures in the order of their names.</summary>
    public static IReadOnlyList<GalleryPicture> Read()
    {
        var assembly = typeof(Gallery).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new GalleryPicture(Path.GetFileNameWithoutExtension(name[Prefix.Length..]), ReadBytes(name)))];

        byte[] ReadBytes(string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
