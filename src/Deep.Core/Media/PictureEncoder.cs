using SkiaSharp;

namespace Deep.Media;

/// <summary>Pixels to an encoded file, through SkiaSharp.</summary>
internal static class PictureEncoder
{
    /// <summary>The encoded file.</summary>
    public static unsafe byte[] Encode(Picture picture, SKEncodedImageFormat format, int quality)
    {
        SkiaNative.Require("memory");

        // Opaque four-byte pixels: the encoder then writes three channels.
        var padded = new byte[picture.Width * (long)picture.Height * 4];
        PixelPlanes.Pad(picture.Pixels, padded);
        fixed (byte* pixels = padded)
        {
            var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgb888x, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(info, (nint)pixels, picture.Width * 4);
            using var data = pixmap.Encode(format, quality);
            return data?.ToArray()
                ?? throw new MediaException(
                    "memory", $"a picture of {picture.Width} x {picture.Height} pixels cannot be written as {format}.");
        }
    }
}
