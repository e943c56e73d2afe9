namespace Deep.Checkpoints;

/// <summary>
/// Bytes that come out of a decoder in order, such as an inflated zip entry; going back starts the decoder again.
/// </summary>
/// <remarks>
/// Nothing decoded is kept, so a tensor is decoded straight into its own memory. The declared length is checked by a
/// first pass over the whole when it is large, before anybody takes that much memory for it.
/// </remarks>
internal abstract class SequentialBytes(string name, long length) : CheckpointBytes(name)
{
    private const long Small = 1 << 20;

    private readonly Lock gate = new();
    private Stream? decoder;
    private long position;
    private bool verified = length <= Small;

    public override long Length => length;

    public override void Read(long offset, Span<byte> destination)
    {
        RequireRange(offset, destination.Length);
        lock (gate)
        {
            try
            {
                if (!verified)
                {
                    Verify();
                }

                MoveTo(offset);
                Take(destination);
                if (position == length)
                {
                    RequireEnd();
                    Rewind();
                }
            }
            catch (InvalidDataException error)
            {
                Rewind();
                throw Error(null, $"cannot be decoded: {error.Message}", error);
            }
        }
    }

    public override void Dispose()
    {
        Rewind();
        base.Dispose();
    }

    /// <summary>Reads the beginning without decoding the rest first.</summary>
    public int Peek(Span<byte> destination)
    {
        lock (gate)
        {
            try
            {
                using var fresh = OpenDecoder();
                return fresh.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            }
            catch (InvalidDataException error)
            {
                throw Error(null, $"cannot be decoded: {error.Message}", error);
            }
        }
    }

    /// <summary>A decoder at the beginning; it reports damage as <see cref="InvalidDataException"/>.</summary>
    protected abstract Stream OpenDecoder();

    private void Verify()
    {
        var buffer = new byte[1 << 16];
        using var fresh = OpenDecoder();
        var left = length;
        while (left > 0)
        {
            var read = fresh.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            RequireMore(read, length - left);
            left -= read;
        }

        verified = true;
    }

    private void MoveTo(long offset)
    {
        if (decoder is null || offset < position)
        {
            Rewind();
            decoder = OpenDecoder();
        }

        Span<byte> skipped = stackalloc byte[4096];
        while (position < offset)
        {
            Take(skipped[..(int)Math.Min(skipped.Length, offset - position)]);
        }
    }

    private void Take(Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = decoder!.Read(destination);
            RequireMore(read, position);
            position += read;
            destination = destination[read..];
        }
    }

    private void RequireMore(int read, long at)
    {
        if (read == 0)
        {
            Rewind();
            throw Error(null, $"decodes to {at} bytes, but declares {length}");
        }
    }

    private void RequireEnd()
    {
        if (decoder!.ReadByte() >= 0)
        {
            Rewind();
            throw Error(null, $"decodes to more than the {length} bytes that it declares");
        }
    }

    private void Rewind()
    {
        decoder?.Dispose();
        decoder = null;
        position = 0;
    }
}
