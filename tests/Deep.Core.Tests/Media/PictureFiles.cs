using System.Buffers.Binary;
using System.IO.Compression;

namespace Deep.Tests.Media;

/// <summary>Encoded pictures: small files beside this one, and files built byte by byte.</summary>
internal static class PictureFiles
{
    private static readonly byte[] s_pngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static IReadOnlyList<string> SampleNames { get; } =
        [.. Directory.GetFiles(SamplePath("")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static string SamplePath(string name) =>
        Path.Combine(SharedData.Repository, "tests", "Deep.Core.Tests", "Media", "Files", name);

    public static byte[] Sample(string name) => File.ReadAllBytes(SamplePath(name));

    /// <summary>A PNG of raw rows, none of them filtered.</summary>
    public static byte[] Png(int width, int height, int bits, int colourType, byte[] rows)
    {
        var rowBytes = rows.Length / height;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * rowBytes, rowBytes);
            }
        }

        return Png(width, height, bits, colourType, packed.ToArray(), chunks: []);
    }

    /// <summary>A PNG of the given chunks, whatever its header declares.</summary>
    public static byte[] Png(int width, int height, int bits, int colourType, byte[] packed, byte[] chunks)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)bits;
        header[9] = (byte)colourType;
        var start = Chunk("IHDR"u8, header);
        return [.. s_pngSignature, .. start, .. chunks, .. Chunk("IDAT"u8, packed), .. Chunk("IEND"u8, [])];
    }

    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        var chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        type.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(8));
        var crc = Crc(chunk.AsSpan(4, content.Length + 4));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), crc);
        return chunk;
    }

    /// <summary>
    /// Writes the right checksum into each chunk of a damaged PNG, so that the damage reaches the decoder.
    /// </summary>
    public static void RepairChecksums(Span<byte> png)
    {
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12)
            {
                return;
            }

            var crc = Crc(png.Slice(at + 4, (int)length + 4));
            BinaryPrimitives.WriteUInt32BigEndian(png[(at + 8 + (int)length)..], crc);
            at += (int)length + 12;
        }
    }

    /// <summary>A JPEG with an EXIF segment after its start marker.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation, bool bigEndian)
    {
        byte[] segment = [.. "Exif\0\0"u8, .. Orientation(orientation, bigEndian)];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(segment.Length + 2), .. segment, .. jpeg[2..]];
    }

    /// <summary>A TIFF header and one directory with the single tag 0x0112.</summary>
    public static byte[] Orientation(int value, bool bigEndian) => bigEndian
        ? [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)value, 0, 0, 0, 0, 0, 0]
        : [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)value, 0, 0, 0, 0, 0, 0, 0];

    // CRC-32 of ISO 3309, bit by bit: short and slow.
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
