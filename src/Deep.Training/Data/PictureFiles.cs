using System.IO.Compression;
using Deep.Media;

namespace Deep.Training;

/// <summary>The picture files of a folder, a zip archive or a list, each with its class, in an order that is always the same.</summary>
/// <remarks>Names and sizes are the word of whoever made the archive or the list: checked before anything is opened.</remarks>
internal sealed class PictureFiles : IDisposable
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];
    private readonly ZipArchive? _archive;
    private readonly Lock _reading = new();

    private PictureFiles(ZipArchive? archive, IReadOnlyList<PictureFile> files)
    {
        (_archive, Files) = (archive, files);
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (files.FirstOrDefault(file => !names.Add(file.Name)).Name is { } twice)
        {
            throw new ConfigurationException("picture set", "each picture once", $"{twice} twice");
        }
    }

    public IReadOnlyList<PictureFile> Files { get; }

    public static PictureFiles Open(string path, string? split)
    {
        try
        {
            return Directory.Exists(path) ? OpenFolder(path, split)
                : !File.Exists(path) ? throw new ConfigurationException(
                    "picture set", "a folder, a zip archive or a list (.csv) that exists", path)
                : !path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? OpenArchive(path, split)
                : split is null ? new PictureFiles(null, PictureTable.Read(path))
                : throw new ConfigurationException("PictureSetOptions.Split", "null for a list", split);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                "picture set", "a folder, a readable zip archive or a list", $"{path} ({e.Message})");
        }
    }

    /// <summary>The class names, those given or those found in ordinal order, and each file's index among them.</summary>
    public (IReadOnlyList<string> Classes, int[] Labels) Label(IReadOnlyList<string>? given)
    {
        var classes = given ?? [.. Files.Select(file => file.Class).Distinct().Order(StringComparer.Ordinal)];
        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in classes)
        {
            if (!indices.TryAdd(name, indices.Count))
            {
                throw new ConfigurationException("PictureSetOptions.Classes", "each class once", $"{name} twice");
            }
        }

        return (classes, [.. Files.Select(file => indices.TryGetValue(file.Class, out var index)
            ? index
            : throw new ConfigurationException("class of " + file.Name, "one of " + string.Join(", ", classes), file.Class))]);
    }

    /// <summary>Decodes a file; safe for many threads, of which one reads from an archive at a time.</summary>
    /// <exception cref="MediaException">It cannot be read; names it as <see cref="Files"/> does.</exception>
    public Picture Decode(int index, MediaLimits limits)
    {
        var file = Files[index];
        try
        {
            return file.Source is string path
                ? Picture.Open(path, limits)
                : Picture.Open(Inflate((ZipArchiveEntry)file.Source, limits.MaxEncodedBytes), limits);
        }
        catch (Exception e) when (e is MediaException or IOException or InvalidDataException or NotSupportedException)
        {
            var reason = e is MediaException media ? media.Message[(media.File.Length + 2)..] : e.Message;
            throw new MediaException(file.Name, reason, e);
        }
    }

    public void Dispose()
    {
        lock (_reading)
        {
            _archive?.Dispose();
        }
    }

    private static PictureFiles OpenFolder(string path, string? split)
    {
        var top = split is null ? path : Path.Combine(path, split);
        var found = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories);
        var classes = Directory.Exists(top) ? Directory.EnumerateDirectories(top).Select(Path.GetFileName) : [];
        return new PictureFiles(null, InClasses(path, split, classes!, found.Select(file => (
            Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'), (object)file))));
    }

    private static PictureFiles OpenArchive(string path, string? split)
    {
        var archive = ZipFile.OpenRead(path);
        try
        {
            var prefix = Prefix(split);
            var classes = archive.Entries
                .Where(entry => entry.FullName.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => entry.FullName[prefix.Length..].Split('/'))
                .Where(parts => parts.Length > 1).Select(parts => parts[0]);
            return new PictureFiles(archive, InClasses(
                path, split, classes, archive.Entries.Select(entry => (entry.FullName, (object)entry))));
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    private static PictureFile[] InClasses(
        string path, string? split, IEnumerable<string> classes, IEnumerable<(string Name, object Source)> all)
    {
        var prefix = Prefix(split);
        PictureFile[] files =
        [
            .. from file in all.OrderBy(file => file.Name, StringComparer.Ordinal)
               where file.Name.StartsWith(prefix, StringComparison.Ordinal)
               let parts = file.Name[prefix.Length..].Split('/')
               where parts.Length == 2 && parts.All(IsShown)
                   && Extensions.Contains(Path.GetExtension(parts[1]).ToLowerInvariant())
               select new PictureFile(file.Name, parts[0], file.Source),
        ];
        if (files.Length == 0)
        {
            throw new ConfigurationException(
                "picture set", $"pictures in {path} as {prefix}<class>/<file> ({string.Join(", ", Extensions)})",
                "none found");
        }

        var filled = files.Select(file => file.Class).ToHashSet(StringComparer.Ordinal);
        return classes.FirstOrDefault(name => IsShown(name) && name != "__MACOSX" && !filled.Contains(name)) is { } empty
            ? throw new ConfigurationException(
                "picture set", "a picture in each class folder", $"{prefix}{empty} is empty of pictures")
            : files;
    }

    private static bool IsShown(string part) => part.Length > 0 && part[0] != '.';

    private static string Prefix(string? split) => split is null ? "" : split.Trim('/') + "/";

    private byte[] Inflate(ZipArchiveEntry entry, long limit)
    {
        lock (_reading)
        {
            using var stream = entry.Open();
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
}
