using System.IO.Compression;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>The bytes of a radar file, unpacked where they were gzipped, within the limits.</summary>
internal sealed class RadarBytes
{
    private RadarBytes(string path, byte[] content) => (Path, Content) = (path, content);

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>All bytes.</summary>
    public byte[] Content { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="MediaException">It is missing, unreadable, empty, too large, or damaged gzip.</exception>
    public static RadarBytes Read(string path, RadarReadOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var content = Bounded(file, path, options.MaxBytes, "bytes");
            if (content is [0x1F, 0x8B, ..])
            {
                using var unpacked = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
                content = Bounded(unpacked, path, options.MaxBytes, "unpacked bytes");
            }

            return content.Length > 0 ? new(path, content) : throw new MediaException(path, "the file is empty.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MediaException(path, $"the file cannot be read: {error.Message}", error);
        }
        catch (InvalidDataException error)
        {
            throw new MediaException(path, $"the gzip stream is damaged: {error.Message}", error);
        }
    }

    /// <summary>An error about this file.</summary>
    public MediaException Error(string reason, Exception? inner = null) => new(Path, reason, inner);

    /// <summary>Refuses fields that are larger than the limits or empty.</summary>
    public void RequireCells(long height, long width, RadarReadOptions options)
    {
        if (height < 1 || width < 1 || height > int.MaxValue || width > int.MaxValue || height * width > options.MaxCells)
        {
            throw Error($"a field of {height} x {width} cells is not within 1 to {options.MaxCells} cells "
                + "(RadarReadOptions.MaxCells).");
        }
    }

    /// <summary>The grid, if it makes sense.</summary>
    public RadarGrid Checked(RadarGrid grid)
    {
        try
        {
            grid.Validate();
            return grid;
        }
        catch (ConfigurationException error)
        {
            throw Error($"the place on the map makes no sense: {error.Message}", error);
        }
    }

    private static byte[] Bounded(Stream stream, string path, long most, string what)
    {
        using var all = new MemoryStream();
        var part = new byte[1 << 16];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            if (all.Length + read > most)
            {
                throw new MediaException(path, $"more than {most} {what} (RadarReadOptions.MaxBytes).");
            }

            all.Write(part, 0, read);
        }

        return all.ToArray();
    }
}
