using System.Globalization;
using SkiaSharp;

namespace Deep.Media;

/// <summary>The canvas, the typeface and the colours of a <see cref="ContactSheet"/>.</summary>
internal sealed class ContactSheetPainter : IDisposable
{
    private const string FontResource = "Deep.Media.Roboto-Regular.ttf";
    private const float Rounding = 8;
    private const float SmallRounding = 4;

    private static readonly SKColor s_page = new(0xF3, 0xF5, 0xF8);
    private static readonly SKColor s_card = SKColors.White;
    private static readonly SKColor s_rim = new(0xDD, 0xE2, 0xE9);
    private static readonly SKColor s_track = new(0xEE, 0xF1, 0xF5);
    private static readonly SKColor s_first = new(0x8F, 0xBC, 0xF7);
    private static readonly SKColor s_others = new(0xCD, 0xD8, 0xE6);
    private static readonly SKColor s_ink = new(0x1B, 0x24, 0x30);

    private readonly ContactSheetLayout _layout;
    private readonly SKSurface _surface;
    private readonly SKTypeface _typeface;
    private readonly SKFont _titleFont;
    private readonly SKFont _captionFont;
    private readonly SKFont _barFont;
    private readonly SKPaint _paint;

    public ContactSheetPainter(ContactSheetLayout layout)
    {
        SkiaNative.Require("contact sheet");
        _layout = layout;
        var info = new SKImageInfo(layout.Width, layout.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        _surface = SKSurface.Create(info)
            ?? throw new MediaException("contact sheet", $"no memory for {layout.Width} x {layout.Height} pixels.");
        _surface.Canvas.Clear(s_page);
        using var font = typeof(ContactSheetPainter).Assembly.GetManifestResourceStream(FontResource)!;
        _typeface = SKTypeface.FromStream(font);
        _paint = new SKPaint { IsAntialias = true };
        _titleFont = Font(22, emboldened: true);
        _captionFont = Font(14, emboldened: true);
        _barFont = Font(12.5f, emboldened: false);
    }

    /// <summary>The line above all cards.</summary>
    public void Title(string text) => Text(text, _titleFont, _layout.Title);

    /// <summary>What stands to the left of a row.</summary>
    public void RowLabel(int row, string text)
    {
        var lines = text.Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            Text(lines[line], line == 0 ? _captionFont : _barFont, _layout.RowLabel(row, line, lines.Length));
        }
    }

    /// <summary>One picture with its caption and bars.</summary>
    public void Card(int index, ContactSheetEntry entry)
    {
        var card = _layout.Card(index);
        Box(card, Rounding, s_rim);
        Box(SKRect.Inflate(card, -1, -1), Rounding - 1, s_card);
        Tile(entry.Picture, _layout.Picture(card));
        Text(entry.Caption, _captionFont, _layout.Caption(card));
        for (var i = 0; i < Math.Min(_layout.Bars, entry.Bars.Count); i++)
        {
            Bar(entry.Bars[i], _layout.Bar(card, i), i == 0 ? s_first : s_others);
        }
    }

    /// <summary>What was drawn.</summary>
    public unsafe Picture Finish()
    {
        using var pixels = _surface.PeekPixels();
        var rgb = new byte[_layout.Width * _layout.Height * 3];
        var rgba = new ReadOnlySpan<byte>((void*)pixels.GetPixels(), _layout.Width * _layout.Height * 4);
        PixelPlanes.DropAlpha(rgba, rgb);
        return new Picture(_layout.Width, _layout.Height, rgb);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _paint.Dispose();
        _barFont.Dispose();
        _captionFont.Dispose();
        _titleFont.Dispose();
        _typeface.Dispose();
        _surface.Dispose();
    }

    private SKFont Font(float size, bool emboldened) => new(_typeface, size)
    {
        Edging = SKFontEdging.Antialias,
        Hinting = SKFontHinting.None,
        Subpixel = true,
        Embolden = emboldened,
    };

    private unsafe void Tile(Picture picture, SKRect square)
    {
        var scale = Math.Min(square.Width / picture.Width, square.Height / picture.Height);
        var fitted = picture.Resize(
            Math.Max(1, (int)Math.Round(picture.Width * scale)),
            Math.Max(1, (int)Math.Round(picture.Height * scale)),
            ResizeFilter.Bicubic);
        var padded = new byte[fitted.Width * fitted.Height * 4];
        PixelPlanes.Pad(fitted.Pixels, padded);
        _surface.Canvas.Save();
        using var frame = new SKRoundRect(square, SmallRounding);
        _surface.Canvas.ClipRoundRect(frame, antialias: true);
        _surface.Canvas.Clear(s_track);
        fixed (byte* pixels = padded)
        {
            var info = new SKImageInfo(fitted.Width, fitted.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var image = SKImage.FromPixelCopy(info, (nint)pixels);
            _surface.Canvas.DrawImage(
                image,
                square.Left + ((_layout.Tile - fitted.Width) / 2),
                square.Top + ((_layout.Tile - fitted.Height) / 2),
                SKSamplingOptions.Default);
        }

        _surface.Canvas.Restore();
    }

    private void Bar(ContactSheetBar bar, SKRect track, SKColor colour)
    {
        Box(track, SmallRounding, s_track);
        _surface.Canvas.Save();
        var length = (float)(track.Width * bar.Fraction);
        _surface.Canvas.ClipRect(SKRect.Create(track.Left, track.Top, length, track.Height), antialias: true);
        Box(track, SmallRounding, colour);
        _surface.Canvas.Restore();

        var percentage = Percentage(bar.Fraction);
        var taken = _barFont.MeasureText(percentage);
        var text = SKRect.Inflate(track, -6, 0);
        Text(percentage, _barFont, SKRect.Create(text.Right - taken, text.Top, taken + 1, text.Height));
        Text(bar.Label, _barFont, SKRect.Create(text.Left, text.Top, text.Width - taken - 8, text.Height));
    }

    private void Box(SKRect box, float rounding, SKColor colour)
    {
        _paint.Color = colour;
        _surface.Canvas.DrawRoundRect(box, rounding, rounding, _paint);
    }

    private void Text(string text, SKFont font, SKRect line)
    {
        _paint.Color = s_ink;

        // Centred by the height of capitals, which does not depend on the letters of one line.
        var baseline = line.MidY + (font.Metrics.CapHeight / 2);
        var shown = Shortened(text, font, line.Width);
        _surface.Canvas.DrawText(shown, line.Left, baseline, SKTextAlign.Left, font, _paint);
    }

    private static string Shortened(string text, SKFont font, float width)
    {
        const string ellipsis = "…";
        const int longest = 500;
        var line = string.Create(Math.Min(text.Length, longest), text, (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
        if (font.MeasureText(line) <= width && line.Length == text.Length)
        {
            return line;
        }

        var kept = font.BreakText(line, Math.Max(width - font.MeasureText(ellipsis), 0));
        return string.Concat(line.AsSpan(0, kept).TrimEnd(), ellipsis);
    }

    private static string Percentage(double fraction) => fraction switch
    {
        > 0 and < 0.001 => "<0.1 %",
        < 0.9995 => string.Create(CultureInfo.InvariantCulture, $"{fraction * 100:F1} %"),
        _ => "100 %",
    };
}
