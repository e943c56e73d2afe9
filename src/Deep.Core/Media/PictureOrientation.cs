using SkiaSharp;

namespace Deep.Media;

/// <summary>Decoded RGBA pixels to an upright picture without alpha.</summary>
internal static class PictureOrientation
{
    /// <summary>Turns, mirrors and drops the alpha channel in one pass.</summary>
    /// <param name="rgba">Stored pixels, width x height x 4 bytes.</param>
    /// <param name="width">Stored width.</param>
    /// <param name="height">Stored height.</param>
    /// <param name="orientation">How they are stored: one of EXIF's eight ways.</param>
    public static Picture Upright(ReadOnlySpan<byte> rgba, int width, int height, SKEncodedOrigin orientation)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(width * height * 3);
        if (orientation is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
        {
            PixelPlanes.DropAlpha(rgba, rgb);
            return new Picture(width, height, rgb);
        }

        var (first, right, down) = Walk(width, height, orientation);
        var turned = orientation >= SKEncodedOrigin.LeftTop;
        var (uprightWidth, uprightHeight) = turned ? (height, width) : (width, height);
        var to = 0;
        for (var y = 0; y < uprightHeight; y++)
        {
            var from = (first + (y * down)) * 4;
            for (var x = 0; x < uprightWidth; x++, to += 3, from += right * 4)
            {
                rgb[to] = rgba[from];
                rgb[to + 1] = rgba[from + 1];
                rgb[to + 2] = rgba[from + 2];
            }
        }

        return new Picture(uprightWidth, uprightHeight, rgb);
    }

    // Where the upright picture's first pixel is stored, and how far away its right and its lower neighbour are.
    private static (int First, int Right, int Down) Walk(int width, int height, SKEncodedOrigin orientation)
    {
        var last = (width * height) - 1;
        return orientation switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (last, -1, -width),
            SKEncodedOrigin.BottomLeft => (last - width + 1, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (last - width + 1, -width, 1),
            SKEncodedOrigin.RightBottom => (last, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
    }
}
