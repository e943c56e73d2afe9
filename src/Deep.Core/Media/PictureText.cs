using SkiaSharp;

namespace Deep.Media;

// H height, W width, both in pixels; 3 channels in the order red, green, blue

/// <summary>Writes a line of text into the pixels of a picture that is being made, in the suite's own typeface.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class PictureText
{
    private const string FontResource = "Deep.Media.Roboto-Regular.ttf";
    private const float MaxSize = 512;

    private static readonly Lazy<SKTypeface> s_typeface = new(Typeface);

    /// <summary>Draws a line of text over the pixels; what reaches outside of the picture is left out.</summary>
    /// <param name="rgb">H x W x 3 bytes, changed in place.</param>
    /// <param name="width">W, at least 1.</param>
    /// <param name="text">One line; empty draws nothing.</param>
    /// <param name="left">Where the text begins.</param>
    /// <param name="baseline">The row on which letters stand.</param>
    /// <param name="size">Size of the letters in pixels, 1 to 512.</param>
    /// <param name="colour">0xRRGGBB.</param>
    /// <param name="bold">Heavier letters.</param>
    /// <param name="maxWidth">Pixels after which the text is cut; null: none.</param>
    /// <exception cref="ShapeException">The bytes are not whole rows of W pixels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="size"/> is out of its range.</exception>
    /// <exception cref="MediaException">SkiaSharp's native library is missing.</exception>
    public static void Draw(
        Span<byte> rgb, int width, string text, int left, int baseline, float size, int colour = 0, bool bold = false,
        int? maxWidth = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (width < 1 || rgb.Length % (width * 3L) != 0)
        {
            throw new ShapeException($"{rgb.Length} bytes are not whole rows of {width} pixels.");
        }

        if (size is not (>= 1 and <= MaxSize))
        {
            throw new ConfigurationException(nameof(size), $"1 to {MaxSize}", size);
        }

        SkiaNative.Require("text");
        using var font = new SKFont(s_typeface.Value, size)
        {
            Edging = SKFontEdging.Antialias,
            Hinting = SKFontHinting.None,
            Subpixel = true,
            Embolden = bold,
        };
        var (ascent, descent) = ((int)Math.Ceiling(size * 1.1), (int)Math.Ceiling(size * 0.4));
        var taken = (int)Math.Min(Math.Ceiling(font.MeasureText(text)) + 2, maxWidth ?? width);
        taken = Math.Min(taken, width);
        if (taken < 1)
        {
            return;
        }

        var info = new SKImageInfo(taken, ascent + descent, SKColorType.Gray8, SKAlphaType.Opaque);
        using var surface = SKSurface.Create(info) ?? throw new MediaException("text", $"no memory for {taken} pixels.");
        using var paint = new SKPaint { IsAntialias = true, Color = SKColors.White };
        surface.Canvas.Clear(SKColors.Black);
        surface.Canvas.DrawText(text, 0, ascent, SKTextAlign.Left, font, paint);
        using var pixels = surface.PeekPixels();
        Blend(rgb, width, pixels, left, baseline - ascent, colour);
    }

    private static void Blend(Span<byte> rgb, int width, SKPixmap coverage, int left, int top, int colour)
    {
        var height = rgb.Length / 3 / width;
        ReadOnlySpan<byte> ink = [(byte)(colour >> 16), (byte)(colour >> 8), (byte)colour];
        var covered = coverage.GetPixelSpan();
        for (var y = Math.Max(0, -top); y < Math.Min(coverage.Height, height - top); y++)
        {
            for (var x = Math.Max(0, -left); x < Math.Min(coverage.Width, width - left); x++)
            {
                var share = covered[(y * coverage.RowBytes) + x];
                var pixel = rgb.Slice((((top + y) * width) + left + x) * 3, 3);
                for (var channel = 0; channel < 3; channel++)
                {
                    pixel[channel] = (byte)(((pixel[channel] * (255 - share)) + (ink[channel] * share) + 127) / 255);
                }
            }
        }
    }

    private static SKTypeface Typeface()
    {
        using var font = typeof(PictureText).Assembly.GetManifestResourceStream(FontResource)!;
        return SKTypeface.FromStream(font);
    }
}
