using System.Buffers.Binary;
using System.Text;

namespace Deep.Checkpoints.Pickle;

/// <summary>Reads the opcodes and arguments of a pickle in order; long bytes are passed over, not read.</summary>
internal sealed class PickleReader
{
    /// <summary>The longest text that is read at once; a name is far shorter.</summary>
    public const int MaxText = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly CheckpointBytes source;
    private readonly long end;
    private readonly byte[] buffer;
    private long bufferStart;
    private int bufferLength;
    private long position;

    /// <param name="source">The file.</param>
    /// <param name="start">Where the pickle begins in it.</param>
    /// <param name="length">How many bytes it may take.</param>
    public PickleReader(CheckpointBytes source, long start, long length)
    {
        this.source = source;
        end = start + length;
        buffer = new byte[(int)Math.Clamp(length, 1, 1 << 16)];
        (bufferStart, position) = (start, start);
    }

    /// <summary>Where the next byte lies in the file.</summary>
    public long Position => position;

    public long Remaining => end - position;

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>The next bytes, at most <see cref="MaxText"/>, valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        Require((ulong)count);
        if (position + count > bufferStart + bufferLength)
        {
            bufferStart = position;
            bufferLength = (int)Math.Min(buffer.Length, Remaining);
            source.Read(bufferStart, buffer.AsSpan(0, bufferLength));
        }

        var taken = buffer.AsSpan((int)(position - bufferStart), count);
        position += count;
        return taken;
    }

    public void Skip(ulong count)
    {
        Require(count);
        position += (long)count;
        if (position > bufferStart + bufferLength)
        {
            (bufferStart, bufferLength) = (position, 0);
        }
    }

    public string Text(int count)
    {
        try
        {
            return StrictUtf8.GetString(Take(count));
        }
        catch (DecoderFallbackException error)
        {
            throw source.Error("pickle", "has text that is not valid UTF-8", error);
        }
    }

    /// <summary>A name that ends with a new line, as GLOBAL writes them.</summary>
    public string Line()
    {
        const int MaxName = 512;
        var ahead = (int)Math.Min(MaxName, Remaining);
        var here = position;
        var length = Take(ahead).IndexOf((byte)'\n');
        position = here;
        if (length < 0)
        {
            throw source.Error("pickle", $"has the name of a global without an end at offset {here}");
        }

        var line = Text(length);
        position++;
        return line;
    }

    private void Require(ulong count)
    {
        if (count > (ulong)Remaining)
        {
            throw source.Error(
                "pickle", $"ends early: {count} bytes were expected at offset {position}, but {Remaining} are left");
        }
    }
}
