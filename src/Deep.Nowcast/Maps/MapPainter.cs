using System.Globalization;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>The pixels of a <see cref="RadarMap"/> while it is being drawn.</summary>
internal sealed class MapPainter
{
    private const int Margin = 16;
    private const int TitleHeight = 26;
    private const int LegendHeight = 58;
    private const int LegendRow = 26;
    private const int LeastWidth = 420;
    private const int HatchPeriod = 6;
    private const int BoxHeight = 14;
    private const float TitleSize = 14;
    private const float SmallSize = 11.5f;
    private const long MaxPixels = 64_000_000;
    private const int Ink = 0x1B2430;
    private const int Rim = 0x8A93A0;
    private const int Paper = 0xFFFFFF;

    private readonly RadarGrid _grid;
    private readonly RainPalette _palette;
    private readonly int _columns;
    private readonly double _scale;
    private readonly int _mapWidth;
    private readonly int _mapHeight;
    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _rgb;
    private readonly int _legendRows; // two where the bounds of colours would run into each other

    public MapPainter(RadarGrid grid, RainPalette palette, int panels, int width, int columns)
    {
        (_grid, _palette, _columns) = (grid, palette, Math.Min(columns, panels));

        // Whole pixels a cell where cells are larger than pixels, whole cells a pixel where they are smaller.
        var ideal = (double)width / grid.Width;
        _scale = ideal >= 1 ? Math.Floor(ideal) : 1 / Math.Ceiling(1 / ideal);
        _mapWidth = Math.Max(1, (int)Math.Floor(grid.Width * _scale));
        _mapHeight = Math.Max(1, (int)Math.Floor(grid.Height * _scale));
        var rows = (panels + _columns - 1) / _columns;
        _width = Math.Max((_columns * (_mapWidth + Margin)) + Margin, LeastWidth);
        _legendRows = _width < 250 + (2 * Margin) + (palette.Bounds.Count * 24) ? 2 : 1;
        _height = (rows * (_mapHeight + TitleHeight + Margin)) + LegendHeight + ((_legendRows - 1) * LegendRow);
        if ((long)_width * _height > MaxPixels)
        {
            throw new MediaException("map", $"{_width} x {_height} pixels are more than {MaxPixels}.");
        }

        _rgb = new byte[_width * _height * 3];
        Box(0, 0, _width, _height, Paper);
    }

    /// <summary>One map with its title.</summary>
    public void Panel(int index, MapPanel panel)
    {
        var left = Margin + (index % _columns * (_mapWidth + Margin));
        var top = (index / _columns * (_mapHeight + TitleHeight + Margin)) + TitleHeight;
        Text(panel.Title, left, top - 8, _mapWidth, TitleSize, bold: true);
        Box(left - 1, top - 1, _mapWidth + 2, _mapHeight + 2, Rim);
        Cells(panel.Values.Span, left, top);
    }

    /// <summary>Colours with their bounds, the hatching, and the scale bar.</summary>
    public void Legend()
    {
        var top = _height - LegendHeight + 12 - ((_legendRows - 1) * LegendRow);
        var beside = _legendRows == 1 ? 250 : 60;
        var box = Math.Clamp((_width - (2 * Margin) - beside) / _palette.Bounds.Count, 16, 46);
        var left = Margin;
        for (var i = 0; i < _palette.Bounds.Count; i++, left += box)
        {
            Box(left, top, box, BoxHeight, _palette.Colours[i]);
            var bound = (_palette.Bounds[i] * _palette.Scale).ToString("0.##", CultureInfo.InvariantCulture);
            Text(bound, left, top + BoxHeight + 14, box, SmallSize);
        }

        Text(_palette.Unit, left + 6, top + 11, 60, SmallSize);
        (left, top) = _legendRows == 1 ? (left + 48, top) : (Margin, top + LegendRow + 6);
        for (var y = 0; y < BoxHeight; y++)
        {
            for (var x = 0; x < 22; x++)
            {
                Set(left + x, top + y, HatchAt(x, y));
            }
        }

        Text("not observed", left + 28, top + 11, 90, SmallSize);
        ScaleBar(top);
    }

    /// <summary>What was drawn.</summary>
    public Picture Finish() => new(_width, _height, _rgb);

    /// <summary>Cells as pixels; a pixel of several cells shows the most rain of them, so that no storm disappears.</summary>
    private void Cells(ReadOnlySpan<float> values, int left, int top)
    {
        var cells = _scale < 1 ? (int)Math.Round(1 / _scale) : 1;
        var enlarged = _scale < 1 ? 1 : (int)_scale;
        for (var y = 0; y < _mapHeight; y++)
        {
            for (var x = 0; x < _mapWidth; x++)
            {
                var most = Most(values, y / enlarged * cells, x / enlarged * cells, cells);
                Set(left + x, top + y, float.IsNaN(most) ? HatchAt(x, y) : _palette.Colour(most));
            }
        }
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

    private void ScaleBar(int top)
    {
        var kilometresPerPixel = _grid.PixelKilometres / _scale;
        var longest = 120 * kilometresPerPixel;
        var step = Math.Pow(10, Math.Floor(Math.Log10(longest)));
        var length = longest >= 5 * step ? 5 * step : longest >= 2 * step ? 2 * step : step;
        var pixels = (int)Math.Round(length / kilometresPerPixel);
        var left = _width - Margin - pixels;
        Box(left, top + 10, pixels, 2, Ink);
        Box(left, top + 6, 1, 6, Ink);
        Box(left + pixels - 1, top + 6, 1, 6, Ink);
        var text = string.Create(CultureInfo.InvariantCulture, $"{length:0.###} km");
        Text(text, left, top + BoxHeight + 14, _width - left, SmallSize);
    }

    private int HatchAt(int x, int y) => (x + y) % HatchPeriod == 0 ? _palette.Hatching : _palette.Missing;

    private void Box(int left, int top, int width, int height, int colour)
    {
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                Set(x, y, colour);
            }
        }
    }

    private void Set(int x, int y, int colour)
    {
        if ((uint)x < (uint)_width && (uint)y < (uint)_height)
        {
            var place = ((y * _width) + x) * 3;
            (_rgb[place], _rgb[place + 1], _rgb[place + 2]) = ((byte)(colour >> 16), (byte)(colour >> 8), (byte)colour);
        }
    }

    private void Text(string text, int left, int baseline, int width, float size, bool bold = false) =>
        PictureText.Draw(_rgb, _width, text, left, baseline, size, Ink, bold, width);
}
