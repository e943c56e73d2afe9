using SkiaSharp;

namespace Deep.Media;

/// <summary>Moves pixels between the layouts of codecs (four bytes), pictures (three bytes) and tensors (three planes).</summary>
internal static class PixelPlanes
{
    /// <summary>Interleaved RGB to three planes.</summary>
    public static void Split(ReadOnlySpan<byte> rgb, Span<byte> planes)
    {
        var pixels = rgb.Length / 3;
        var red = planes[..pixels];
        var green = planes.Slice(pixels, pixels);
        var blue = planes.Slice(2 * pixels, pixels);
        for (int i = 0, from = 0; i < red.Length; i++, from += 3)
        {
            red[i] = rgb[from];
            green[i] = rgb[from + 1];
            blue[i] = rgb[from + 2];
        }
    }

    /// <summary>Interleaved RGB to three planes of (value / 255 - mean) / std, each step in float32.</summary>
    public static void Normalise(ReadOnlySpan<byte> rgb, Span<float> planes, IReadOnlyList<double> mean, IReadOnlyList<double> std)
    {
        var pixels = rgb.Length / 3;
        Span<float> values = stackalloc float[256];
        for (var channel = 0; channel < 3; channel++)
        {
            // 256 inputs have 256 results: a table is as exact as the formula.
            for (var level = 0; level < values.Length; level++)
            {
                values[level] = ((level / 255f) - (float)mean[channel]) / (float)std[channel];
            }

            var plane = planes.Slice(channel * pixels, pixels);
            for (int i = 0, from = channel; i < plane.Length; i++, from += 3)
            {
                plane[i] = values[rgb[from]];
            }
        }
    }

    /// <summary>RGB to four bytes a pixel, the fourth 255.</summary>
    public static void Pad(ReadOnlySpan<byte> rgb, Span<byte> padded)
    {
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            padded[to] = rgb[from];
            padded[to + 1] = rgb[from + 1];
            padded[to + 2] = rgb[from + 2];
            padded[to + 3] = 255;
        }
    }

    /// <summary>Decoded RGBA, stored in one of EXIF's eight orientations, to an upright picture without alpha.</summary>
    public static Picture Upright(ReadOnlySpan<byte> rgba, int width, int height, SKEncodedOrigin orientation, byte? background)
    {
        var (first, right, down) = Walk(width, height, orientation);
        var turned = orientation >= SKEncodedOrigin.LeftTop;
        var (uprightWidth, uprightHeight) = turned ? (height, width) : (width, height);
        var rgb = new byte[uprightWidth * uprightHeight * 3];
        var to = 0;
        for (var y = 0; y < uprightHeight; y++)
        {
            var from = (first + (y * down)) * 4;
            for (var x = 0; x < uprightWidth; x++, to += 3, from += right * 4)
            {
                rgb[to] = rgba[from];
                rgb[to + 1] = rgba[from + 1];
                rgb[to + 2] = rgba[from + 2];
                if (background is { } grey)
                {
                    LayOver(grey, rgba[from + 3], rgb.AsSpan(to, 3));
                }
            }
        }

        return new Picture(uprightWidth, uprightHeight, rgb);
    }

    private static void LayOver(byte grey, byte alpha, Span<byte> pixel)
    {
        foreach (ref var channel in pixel)
        {
            channel = (byte)(((channel * alpha) + (grey * (255 - alpha)) + 127) / 255);
        }
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
