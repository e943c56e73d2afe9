using System.Globalization;
using Deep.Media;
using SkiaSharp;

namespace Deep.Nowcast;

/// <summary>The canvas of a <see cref="RadarMap"/>.</summary>
internal sealed class MapPainter : IDisposable
{
    private const string FontResource = "Deep.Media.Roboto-Regular.ttf";
    private const int Margin = 16;
    private const int TitleHeight = 26;
    private const int LegendHeight = 58;
    private const int HatchPeriod = 6;
    private const long MaxPixels = 64_000_000;

    private static readonly SKColor s_ink = new(0x1B, 0x24, 0x30);
    private static readonly SKColor s_rim = new(0x8A, 0x93, 0xA0);

    private readonly RadarGrid _grid;
    private readonly RainPalette _palette;
    private readonly int _columns;
    private readonly double _scale;
    private readonly int _mapWidth;
    private readonly int _mapHeight;
    private readonly int _width;
    private readonly int _height;
    private readonly SKSurface _surface;
    private readonly SKTypeface _typeface;
    private readonly SKFont _title;
    private readonly SKFont _small;
    private readonly SKPaint _paint = new() { IsAntialias = true };

    public MapPainter(RadarGrid grid, RainPalette palette, int panels, int width, int columns)
    {
        (_grid, _palette, _columns) = (grid, palette, Math.Min(columns, panels));

        // Whole pixels a cell where cells are larger than pixels, whole cells a pixel where they are smaller.
        var ideal = (double)width / grid.Width;
        _scale = ideal >= 1 ? Math.Floor(ideal) : 1 / Math.Ceiling(1 / ideal);
        _mapWidth = Math.Max(1, (int)Math.Floor(grid.Width * _scale));
        _mapHeight = Math.Max(1, (int)Math.Floor(grid.Height * _scale));
        var rows = (panels + _columns - 1) / _columns;
        _width = Math.Max((_columns * (_mapWidth + Margin)) + Margin, 420);
        _height = (rows * (_mapHeight + TitleHeight + Margin)) + LegendHeight;
        if ((long)_width * _height > MaxPixels)
        {
            throw new MediaException("map", $"{_width} x {_height} pixels are more than {MaxPixels}.");
        }

        try
        {
            _surface = SKSurface.Create(new SKImageInfo(_width, _height, SKColorType.Rgba8888, SKAlphaType.Opaque))
                ?? throw new MediaException("map", $"no memory for {_width} x {_height} pixels.");
        }
        catch (Exception error) when (
            error is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new MediaException(
                "map", "the native library of SkiaSharp does not load; on Linux add the package "
                + "SkiaSharp.NativeAssets.Linux.NoDependencies to the application.", error);
        }

        _surface.Canvas.Clear(SKColors.White);
        using var font = typeof(Picture).Assembly.GetManifestResourceStream(FontResource)!;
        _typeface = SKTypeface.FromStream(font);
        _title = Font(14, emboldened: true);
        _small = Font(11.5f, emboldened: false);
    }

    /// <summary>One map with its title.</summary>
    public void Panel(int index, MapPanel panel)
    {
        var left = Margin + (index % _columns * (_mapWidth + Margin));
        var top = (index / _columns * (_mapHeight + TitleHeight + Margin)) + TitleHeight;
        Text(panel.Title, _title, left, top - 8, _mapWidth);
        Cells(panel.Values.Span, left, top);
        _paint.Color = s_rim;
        _paint.Style = SKPaintStyle.Stroke;
        _surface.Canvas.DrawRect(SKRect.Create(left - 0.5f, top - 0.5f, _mapWidth + 1, _mapHeight + 1), _paint);
        _paint.Style = SKPaintStyle.Fill;
    }

    /// <summary>Colours with their bounds, the hatching, and the scale bar.</summary>
    public void Legend()
    {
        const int boxHeight = 14;
        var top = _height - LegendHeight + 12;
        var box = Math.Clamp((_width - (2 * Margin) - 250) / _palette.Bounds.Count, 16, 46);
        var left = Margin;
        for (var i = 0; i < _palette.Bounds.Count; i++, left += box)
        {
            Box(left, top, box, boxHeight, Colour(_palette.Colours[i]));
            var bound = (_palette.Bounds[i] * _palette.Scale).ToString("0.##", CultureInfo.InvariantCulture);
            Text(bound, _small, left, top + boxHeight + 14, box);
        }

        Text(_palette.Unit, _small, left + 6, top + 11, 60);
        left += 48;
        using (var hatched = Hatched(22, boxHeight))
        {
            _surface.Canvas.DrawImage(hatched, left, top, SKSamplingOptions.Default);
        }

        Text("not observed", _small, left + 28, top + 11, 90);
        ScaleBar(top);
    }

    /// <summary>What was drawn.</summary>
    public unsafe Picture Finish()
    {
        using var pixels = _surface.PeekPixels();
        var rgba = new ReadOnlySpan<byte>((void*)pixels.GetPixels(), _width * _height * 4);
        var rgb = new byte[_width * _height * 3];
        for (var i = 0; i < _width * _height; i++)
        {
            rgba.Slice(i * 4, 3).CopyTo(rgb.AsSpan(i * 3));
        }

        return new Picture(_width, _height, rgb);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _paint.Dispose();
        _small.Dispose();
        _title.Dispose();
        _typeface.Dispose();
        _surface.Dispose();
    }

    /// <summary>Cells as pixels; a pixel of several cells shows the most rain of them, so that no storm disappears.</summary>
    private unsafe void Cells(ReadOnlySpan<float> values, int left, int top)
    {
        var pixels = new int[_mapWidth * _mapHeight];
        var cells = _scale < 1 ? (int)Math.Round(1 / _scale) : 1;
        var enlarged = _scale < 1 ? 1 : (int)_scale;
        for (var y = 0; y < _mapHeight; y++)
        {
            for (var x = 0; x < _mapWidth; x++)
            {
                var most = Most(values, y / enlarged * cells, x / enlarged * cells, cells);
                pixels[(y * _mapWidth) + x] = float.IsNaN(most) ? HatchAt(x, y) : Rgba(_palette.Colour(most));
            }
        }

        Draw(pixels, _mapWidth, _mapHeight, left, top);
    }

    private float Most(ReadOnlySpan<float> values, int row, int column, int cells)
    {
        var most = float.NaN;
        for (var r = row; r < Math.Min(row + cells, _grid.Height); r++)
        {
            foreach (var value in values.Slice((r * _grid.Width) + column, Math.Min(cells, _grid.Width - column)))
            {
                most = !float.IsNaN(value) && !(value <= most) ? value : most;
            }
        }

        return most;
    }

    private unsafe void Draw(int[] pixels, int width, int height, int left, int top)
    {
        using var image = Image(pixels, width, height);
        _surface.Canvas.DrawImage(image, left, top, SKSamplingOptions.Default);
    }

    private static unsafe SKImage Image(int[] pixels, int width, int height)
    {
        fixed (int* first = pixels)
        {
            return SKImage.FromPixelCopy(
                new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)first);
        }
    }

    private SKImage Hatched(int width, int height) =>
        Image([.. Enumerable.Range(0, width * height).Select(i => HatchAt(i % width, i / width))], width, height);

    private int HatchAt(int x, int y) => Rgba((x + y) % HatchPeriod == 0 ? _palette.Hatching : _palette.Missing);

    private void ScaleBar(int top)
    {
        var kilometresPerPixel = _grid.PixelKilometres / _scale;
        var longest = 120 * kilometresPerPixel;
        var step = Math.Pow(10, Math.Floor(Math.Log10(longest)));
        var length = longest >= 5 * step ? 5 * step : longest >= 2 * step ? 2 * step : step;
        var pixels = (float)(length / kilometresPerPixel);
        var right = _width - Margin;
        _paint.Color = s_ink;
        _surface.Canvas.DrawRect(SKRect.Create(right - pixels, top + 10, pixels, 2), _paint);
        _surface.Canvas.DrawRect(SKRect.Create(right - pixels, top + 6, 1, 6), _paint);
        _surface.Canvas.DrawRect(SKRect.Create(right - 1, top + 6, 1, 6), _paint);
        Text(string.Create(CultureInfo.InvariantCulture, $"{length:0.###} km"), _small, (int)(right - pixels), top + 28, 120);
    }

    private void Box(float left, float top, float width, float height, SKColor colour)
    {
        _paint.IsAntialias = false;
        _paint.Color = colour;
        _surface.Canvas.DrawRect(SKRect.Create(left, top, width, height), _paint);
        _paint.IsAntialias = true;
    }

    private void Text(string text, SKFont font, int left, int baseline, int width)
    {
        _paint.Color = s_ink;
        _surface.Canvas.Save();
        _surface.Canvas.ClipRect(SKRect.Create(left, baseline - 20, width, 28));
        _surface.Canvas.DrawText(text, left, baseline, SKTextAlign.Left, font, _paint);
        _surface.Canvas.Restore();
    }

    private SKFont Font(float size, bool emboldened) => new(_typeface, size)
    {
        Edging = SKFontEdging.Antialias,
        Hinting = SKFontHinting.None,
        Subpixel = true,
        Embolden = emboldened,
    };

    private static SKColor Colour(int rgb) => new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);

    /// <summary>Bytes red, green, blue, opaque, in this order in memory.</summary>
    private static int Rgba(int rgb) =>
        unchecked((int)0xFF000000) | ((rgb & 0xFF) << 16) | (rgb & 0xFF00) | (rgb >> 16);
}
