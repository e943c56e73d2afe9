namespace Deep.Checkpoints.Haiku;

/// <summary>Decodes UTF-8 text of code points 0 to 255 into the bytes they stand for.</summary>
internal sealed class Latin1Stream(Stream text) : Stream
{
    private readonly byte[] buffer = new byte[1 << 14];
    private int start;
    private int end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> destination)
    {
        var written = 0;
        while (written < destination.Length && Next() is >= 0 and var value)
        {
            destination[written++] = value < 0x80 ? (byte)value : Second(value);
        }

        return written;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        text.Dispose();
        base.Dispose(disposing);
    }

    private byte Second(int first)
    {
        // 0x80 to 0xFF are written as C2 80 to C3 BF.
        var second = Next();
        return first is 0xC2 or 0xC3 && second is >= 0x80 and <= 0xBF
            ? (byte)(((first & 0x03) << 6) | (second & 0x3F))
            : throw new InvalidDataException("text that stands for bytes has a letter beyond U+00FF");
    }

    private int Next()
    {
        if (start == end)
        {
            (start, end) = (0, text.Read(buffer, 0, buffer.Length));
        }

        return start < end ? buffer[start++] : -1;
    }
}
