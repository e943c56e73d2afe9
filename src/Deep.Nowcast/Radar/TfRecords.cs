using System.Buffers.Binary;
using System.Numerics;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>The frame around each record of TensorFlow's TFRecord files: length, checksum, bytes, checksum.</summary>
internal static class TfRecords
{
    private const uint MaskDelta = 0xA282EAD8;
    private const int BlockBytes = 1 << 20;

    /// <summary>The next record, or null at the end of the file.</summary>
    /// <exception cref="MediaException">A checksum is wrong, or the record is too large or ends too early.</exception>
    public static byte[]? Next(Stream stream, string path, long most)
    {
        try
        {
            Span<byte> head = stackalloc byte[12];
            var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read == 0)
            {
                return null;
            }

            if (read < head.Length || Masked(head[..8]) != BinaryPrimitives.ReadUInt32LittleEndian(head[8..]))
            {
                throw new MediaException(path, "a record's length is damaged: it is no TFRecord file, or not whole.");
            }

            var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
            if (length > (ulong)most)
            {
                throw new MediaException(path, $"a record of {length} bytes is more than {most}.");
            }

            var record = Bytes(stream, (int)length);
            Span<byte> tail = stackalloc byte[4];
            if (record is null || stream.ReadAtLeast(tail, 4, throwOnEndOfStream: false) < 4)
            {
                throw new MediaException(path, $"the file ends within a record of {length} bytes.");
            }

            return Masked(record) == BinaryPrimitives.ReadUInt32LittleEndian(tail)
                ? record : throw new MediaException(path, "a record's checksum is wrong.");
        }
        catch (InvalidDataException error)
        {
            throw new MediaException(path, $"the gzip stream is damaged: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new MediaException(path, $"the file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>CRC-32C, rotated and shifted as TensorFlow stores it.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }

    // In blocks: a false length then costs no more memory than the file has bytes.
    private static byte[]? Bytes(Stream stream, int length)
    {
        using var all = new MemoryStream(Math.Min(length, BlockBytes));
        var block = new byte[Math.Min(Math.Max(1, length), BlockBytes)];
        while (all.Length < length)
        {
            var read = stream.Read(block, 0, (int)Math.Min(block.Length, length - all.Length));
            if (read == 0)
            {
                return null;
            }

            all.Write(block, 0, read);
        }

        return all.ToArray();
    }
}
