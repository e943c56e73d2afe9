using System.Buffers;

namespace Deep.Media;

/// <summary>The bytes of an encoded file in a borrowed array, never more than the limits allow.</summary>
internal readonly ref struct EncodedBytes
{
    private readonly byte[] _rented;

    private EncodedBytes(byte[] rented, int length)
    {
        _rented = rented;
        Span = rented.AsSpan(0, length);
    }

    /// <summary>The file's content.</summary>
    public ReadOnlySpan<byte> Span { get; }

    /// <summary>The content of a file.</summary>
    public static EncodedBytes Read(string path, MediaLimits limits)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            return Read(file, path, limits);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new MediaException(path, $"the file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The rest of a stream.</summary>
    public static EncodedBytes Read(Stream stream, string source, MediaLimits limits)
    {
        var announced = stream.CanSeek ? stream.Length - stream.Position : 0;
        limits.RequireEncodedBytes(announced, source);

        // A device or a growing file announces nothing or too little, so the end is only what a read of no bytes says.
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(announced + 1, 4096));
        try
        {
            var length = 0;
            for (int read; (read = stream.Read(buffer, length, buffer.Length - length)) > 0;)
            {
                length += read;
                limits.RequireEncodedBytes(length, source);
                if (length == buffer.Length)
                {
                    var wanted = Math.Min(buffer.Length * 2L, limits.MaxEncodedBytes + 1);
                    var larger = ArrayPool<byte>.Shared.Rent((int)wanted);
                    buffer.AsSpan().CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return new EncodedBytes(buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>Gives the array back.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);
}
