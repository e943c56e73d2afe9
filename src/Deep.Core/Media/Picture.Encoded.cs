using Deep.Checkpoints;
using SkiaSharp;

namespace Deep.Media;

public sealed partial class Picture
{
    /// <summary>
    /// Decodes a picture file: PNG, JPEG, WebP, BMP or the first frame of a GIF, told by content and not by extension.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What the picture may cost; <see cref="MediaLimits.Default"/> if null.</param>
    /// <exception cref="MediaException">
    /// The file cannot be read, is no such picture, is damaged or truncated, or exceeds a limit.
    /// </exception>
    public static Picture Open(string path, MediaLimits? limits = null) => Open(path, Decoding(limits));

    /// <inheritdoc cref="Open(string, MediaLimits?)"/>
    /// <param name="path">The file.</param>
    /// <param name="decoding">Limits and choices of decoding.</param>
    public static Picture Open(string path, PictureDecoding decoding)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(decoding);
        decoding.Limits.Validate();
        using var encoded = EncodedBytes.Read(path, decoding.Limits);
        return PictureDecoder.Decode(encoded.Span, path, decoding);
    }

    /// <summary>
    /// Decodes a picture from a stream, read from where it stands to its end; it is not closed and need not be
    /// seekable.
    /// </summary>
    /// <param name="stream">The encoded picture.</param>
    /// <param name="limits">What the picture may cost; <see cref="MediaLimits.Default"/> if null.</param>
    /// <exception cref="MediaException">
    /// The stream cannot be read, is no picture, is damaged or truncated, or exceeds a limit.
    /// </exception>
    public static Picture Open(Stream stream, MediaLimits? limits = null) => Open(stream, Decoding(limits));

    /// <inheritdoc cref="Open(Stream, MediaLimits?)"/>
    /// <param name="stream">The encoded picture.</param>
    /// <param name="decoding">Limits and choices of decoding.</param>
    public static Picture Open(Stream stream, PictureDecoding decoding)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(decoding);
        decoding.Limits.Validate();
        using var encoded = EncodedBytes.Read(stream, "stream", decoding.Limits);
        return PictureDecoder.Decode(encoded.Span, "stream", decoding);
    }

    /// <summary>Decodes a picture from memory, without a copy of the encoded bytes.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="limits">What the picture may cost; <see cref="MediaLimits.Default"/> if null.</param>
    /// <exception cref="MediaException">
    /// The bytes are no picture, are damaged or truncated, or exceed a limit.
    /// </exception>
    public static Picture Open(ReadOnlySpan<byte> encoded, MediaLimits? limits = null) =>
        Open(encoded, Decoding(limits));

    /// <inheritdoc cref="Open(ReadOnlySpan{byte}, MediaLimits?)"/>
    /// <param name="encoded">The whole file.</param>
    /// <param name="decoding">Limits and choices of decoding.</param>
    public static Picture Open(ReadOnlySpan<byte> encoded, PictureDecoding decoding)
    {
        ArgumentNullException.ThrowIfNull(decoding);
        decoding.Limits.Validate();
        return PictureDecoder.Decode(encoded, "memory", decoding);
    }

    /// <summary>The picture as a PNG file: 8-bit RGB, without loss.</summary>
    public byte[] EncodePng() => PictureEncoder.Encode(this, SKEncodedImageFormat.Png, 100);

    /// <summary>The picture as a baseline JPEG file.</summary>
    /// <param name="quality">1 (smallest) to 100 (best).</param>
    /// <exception cref="ConfigurationException"><paramref name="quality"/> is outside 1 to 100.</exception>
    public byte[] EncodeJpeg(int quality = 90)
    {
        if (quality is < 1 or > 100)
        {
            throw new ConfigurationException(nameof(quality), "1 to 100", quality);
        }

        return PictureEncoder.Encode(this, SKEncodedImageFormat.Jpeg, quality);
    }

    /// <summary>
    /// Writes the picture to a file, whole or not at all: PNG or JPEG (quality 90), by the extension.
    /// </summary>
    /// <param name="path">
    /// The file to create or to replace, ending in .png, .jpg or .jpeg; its folder must exist.
    /// </param>
    /// <exception cref="MediaException">The extension is another one, or the file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var encoded = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => EncodePng(),
            ".JPG" or ".JPEG" => EncodeJpeg(),
            var other => throw new MediaException(
                path, $"pictures are written as .png, .jpg or .jpeg, not as '{other}'."),
        };
        try
        {
            AtomicFile.Write(path, file => file.Write(encoded));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(path, $"the file cannot be written: {error.Message}", error);
        }
    }

    private static PictureDecoding Decoding(MediaLimits? limits) =>
        limits is null ? PictureDecoding.Default : new PictureDecoding { Limits = limits };
}
