using Deep.Checkpoints;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>Writes pictures as an animated GIF that repeats for ever.</summary>
/// <remarks>
/// All frames share one palette: the 256 most frequent colours of all of them, and what has another colour takes the
/// nearest. Maps of <see cref="RadarMap"/> keep their colours exactly. Safe for concurrent use.
/// </remarks>
public static class GifAnimation
{
    private const int MaxFrames = 1000;
    private const int MaxSide = 65_535;

    /// <summary>Writes an animation, whole or not at all.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <param name="frames">1 to 1000 pictures of one size.</param>
    /// <param name="milliseconds">How long each is shown, 20 to 60000; the format has steps of 10.</param>
    /// <param name="lastMilliseconds">How long the last is shown; null: three times as long.</param>
    /// <exception cref="ShapeException">The pictures are of several sizes.</exception>
    /// <exception cref="MediaException">The file cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyList<Picture> frames, int milliseconds = 400, int? lastMilliseconds = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var encoded = Encode(frames, milliseconds, lastMilliseconds);
        try
        {
            AtomicFile.Write(path, stream => stream.Write(encoded));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(path, $"the file cannot be written: {error.Message}", error);
        }
    }

    /// <summary>The animation as the bytes of a file.</summary>
    /// <param name="frames">As for <see cref="Write"/>.</param>
    /// <param name="milliseconds">As for <see cref="Write"/>.</param>
    /// <param name="lastMilliseconds">As for <see cref="Write"/>.</param>
    /// <exception cref="ShapeException">The pictures are of several sizes.</exception>
    public static byte[] Encode(IReadOnlyList<Picture> frames, int milliseconds = 400, int? lastMilliseconds = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        Require.That(frames.Count is >= 1 and <= MaxFrames, nameof(frames), $"1 to {MaxFrames}", frames.Count);
        Require.That(milliseconds is >= 20 and <= 60_000, nameof(milliseconds), "20 to 60000", milliseconds);
        var last = lastMilliseconds ?? Math.Min(60_000, 3 * milliseconds);
        Require.That(last is >= 20 and <= 60_000, nameof(lastMilliseconds), "20 to 60000", last);
        var (width, height) = (frames[0].Width, frames[0].Height);
        if (frames.Any(frame => frame.Width != width || frame.Height != height) || Math.Max(width, height) > MaxSide)
        {
            throw new ShapeException($"The pictures of an animation are of one size up to {MaxSide} pixels, but are not.");
        }

        var palette = GifPalette.Of(frames);
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        Short(file, width);
        Short(file, height);
        file.Write([0xF7, 0, 0]);
        file.Write(palette.Table);
        file.Write([0x21, 0xFF, 11]);
        file.Write("NETSCAPE2.0"u8);
        file.Write([3, 1, 0, 0, 0]);
        for (var i = 0; i < frames.Count; i++)
        {
            file.Write([0x21, 0xF9, 4, 0x04]);
            Short(file, (i == frames.Count - 1 ? last : milliseconds) / 10);
            file.Write([0, 0, 0x2C, 0, 0, 0, 0]);
            Short(file, width);
            Short(file, height);
            file.WriteByte(0);
            GifLzw.Write(file, palette.Indices(frames[i]));
        }

        file.WriteByte(0x3B);
        return file.ToArray();
    }

    private static void Short(MemoryStream file, int value)
    {
        file.WriteByte((byte)value);
        file.WriteByte((byte)(value >> 8));
    }
}
