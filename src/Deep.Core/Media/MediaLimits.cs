namespace Deep.Media;

/// <summary>
/// What a picture may cost before it is refused: checked from the file's header, before anything is decoded.
/// </summary>
/// <remarks>Decoding takes about 7 bytes of memory per pixel. Immutable, safe to share between threads.</remarks>
public sealed record MediaLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static MediaLimits Default { get; } = new();

    /// <summary>Most pixels of one picture (width times height), at least 1. Default 100 million.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Longest side of a picture in pixels, at least 1. Default 16,384.</summary>
    public int MaxSide { get; init; } = 16_384;

    /// <summary>Largest encoded file or stream in bytes, at least 1. Default 64 MiB.</summary>
    public long MaxEncodedBytes { get; init; } = 64L << 20;

    /// <summary>Checks the limits themselves.</summary>
    /// <exception cref="ConfigurationException">
    /// A limit is less than 1, or <see cref="MaxEncodedBytes"/> does not fit an array.
    /// </exception>
    public void Validate()
    {
        Require(MaxPixels >= 1, nameof(MaxPixels), "at least 1", MaxPixels);
        Require(MaxSide >= 1, nameof(MaxSide), "at least 1", MaxSide);
        var fits = MaxEncodedBytes is >= 1 and <= int.MaxValue - 64;
        Require(fits, nameof(MaxEncodedBytes), "1 to 2147483583", MaxEncodedBytes);
    }

    internal void RequireEncodedBytes(long bytes, string source)
    {
        if (bytes > MaxEncodedBytes)
        {
            throw new MediaException(
                source,
                $"{bytes} encoded bytes are more than the limit of {MaxEncodedBytes} (MediaLimits.MaxEncodedBytes).");
        }
    }

    internal void RequireSize(int width, int height, string source)
    {
        if (width < 1 || height < 1)
        {
            throw new MediaException(
                source, $"the picture declares {width} x {height} pixels: a picture has at least one.");
        }

        if (Math.Max(width, height) > MaxSide)
        {
            throw new MediaException(
                source, $"{width} x {height} pixels exceed the longest side of {MaxSide} (MediaLimits.MaxSide).");
        }

        if ((long)width * height > MaxPixels)
        {
            throw new MediaException(
                source, $"{width} x {height} pixels are more than {MaxPixels} (MediaLimits.MaxPixels).");
        }
    }

    private static void Require(bool holds, string name, string expected, long found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"MediaLimits.{name}", expected, found);
        }
    }
}
