using System.IO.Compression;

namespace Deep.Training;

/// <summary>
/// The picture files of a folder or a zip archive: listed once, in ordinal order, each with its class.
/// </summary>
internal sealed class PictureFiles : IDisposable
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];
    private readonly ZipArchive? _archive;
    private readonly Lock _reading = new();

    private PictureFiles(
        ZipArchive? archive, string path, string? split, IEnumerable<(string Name, object Source)> files)
    {
        _archive = archive;
        var prefix = split is null ? "" : split.Trim('/') + "/";
        Files =
        [
            .. from file in files.OrderBy(file => file.Name, StringComparer.Ordinal)
               where file.Name.StartsWith(prefix, StringComparison.Ordinal)
               let parts = file.Name[prefix.Length..].Split('/')
               where parts.Length == 2 && parts.All(part => part.Length > 0 && part[0] != '.')
                   && Extensions.Contains(Path.GetExtension(parts[1]).ToLowerInvariant())
               select (file.Name, parts[0], file.Source),
        ];
        if (Files.Count == 0)
        {
            throw new ConfigurationException(
                "picture set", $"pictures in {path} as {prefix}<class>/<file> ({string.Join(", ", Extensions)})",
                "none found");
        }
    }

    public IReadOnlyList<(string Name, string Class, object Source)> Files { get; }

    public static PictureFiles Open(string path, string? split)
    {
        if (Directory.Exists(path))
        {
            RequireNoEmptyClass(split is null ? path : Path.Combine(path, split));
            var found = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories);
            return new PictureFiles(null, path, split, found.Select(
                file => (Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'), (object)file)));
        }

        if (!File.Exists(path))
        {
            throw new ConfigurationException("picture set", "a folder or a zip archive that exists", path);
        }

        ZipArchive? archive = null;
        try
        {
            archive = ZipFile.OpenRead(path);
            return new PictureFiles(
                archive, path, split, archive.Entries.Select(entry => (entry.FullName, (object)entry)));
        }
        catch (Exception e)
        {
            archive?.Dispose();
            throw e is InvalidDataException or IOException
                ? new ConfigurationException("picture set", "a folder or readable zip archive", $"{path} ({e.Message})")
                : e;
        }
    }

    /// <summary>
    /// The encoded bytes of a file; safe for many threads, of which one reads from an archive at a time.
    /// </summary>
    public byte[] Read(int index, long limit)
    {
        var source = Files[index].Source;
        if (source is string path)
        {
            return File.ReadAllBytes(path);
        }

        lock (_reading)
        {
            using var stream = ((ZipArchiveEntry)source).Open();
            using var bytes = new MemoryStream();
            var buffer = new byte[16384];

            // The archive's own word for the size may be a lie.
            for (int read; bytes.Length <= limit && (read = stream.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, read);
            }

            return bytes.ToArray();
        }
    }

    public void Dispose() => _archive?.Dispose();

    private static void RequireNoEmptyClass(string folder)
    {
        if (Directory.Exists(folder)
            && Directory.EnumerateDirectories(folder).FirstOrDefault(IsEmpty) is { } empty)
        {
            throw new ConfigurationException("picture set", "a picture in each class folder", $"{empty} is empty");
        }

        static bool IsEmpty(string child) => !Directory.EnumerateFileSystemEntries(child).Any();
    }
}
