using System.Buffers.Binary;
using Deep.Checkpoints;
using Deep.Media;

namespace Deep.Perceivers;

public sealed partial class FlowField
{
    private const float Magic = 202021.25f; // "PIEH" as little-endian bytes
    private const int HeaderBytes = 12;

    /// <summary>Reads a .flo file of the Middlebury benchmark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What it may cost; null: <see cref="MediaLimits.Default"/>.</param>
    /// <exception cref="MediaException">The file cannot be read, is no such file, is cut, or exceeds a limit.</exception>
    public static FlowField Open(string path, MediaLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Read(file, path, limits ?? MediaLimits.Default);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MediaException(path, $"the file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Writes a .flo file, whole or not at all.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <exception cref="MediaException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            AtomicFile.Write(path, Write);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(path, $"the file cannot be written: {error.Message}", error);
        }
    }

    private static FlowField Read(Stream file, string path, MediaLimits limits)
    {
        limits.Validate();
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes
            || BinaryPrimitives.ReadSingleLittleEndian(header) != Magic)
        {
            throw new MediaException(path, "the content is no .flo file: it does not begin with 202021.25.");
        }

        var width = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (width < 1 || height < 1 || Math.Max(width, height) > limits.MaxSide
            || (long)width * height > Math.Min(limits.MaxPixels, Array.MaxLength))
        {
            throw new MediaException(
                path, $"the file declares {width} x {height} pixels: 1 to {limits.MaxSide} on a side and "
                + $"{limits.MaxPixels} in all are read (MediaLimits).");
        }

        // The array grows with what has been read: a header alone takes no memory.
        var row = new byte[8 * width];
        var (u, v) = (new List<float>(), new List<float>());
        for (var y = 0; y < height; y++)
        {
            if (file.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
            {
                throw new MediaException(path, $"the file ends in row {y} of {height}.");
            }

            for (var at = 0; at < row.Length; at += 8)
            {
                u.Add(BinaryPrimitives.ReadSingleLittleEndian(row.AsSpan(at)));
                v.Add(BinaryPrimitives.ReadSingleLittleEndian(row.AsSpan(at + 4)));
            }
        }

        return new FlowField(width, height, [.. u], [.. v]);
    }

    private void Write(Stream file)
    {
        var bytes = new byte[8 * Width];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, Magic);
        file.Write(bytes, 0, 4);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Height);
        file.Write(bytes, 0, 8);
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(8 * x), u[(y * Width) + x]);
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan((8 * x) + 4), v[(y * Width) + x]);
            }

            file.Write(bytes);
        }
    }
}
