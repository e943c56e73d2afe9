using System.Globalization;

namespace Deep.Nowcast;

/// <summary>The grid of a radar field: how many cells, where on the map.</summary>
/// <remarks>
/// Rows run from north to south: row 0 lies at <see cref="Top"/>. Bounds are the outer edges of the outermost cells, in
/// the units of the projection. Immutable, safe to share between threads.
/// </remarks>
public sealed record RadarGrid
{
    /// <summary>H, rows, at least 1.</summary>
    public required int Height { get; init; }

    /// <summary>W, columns, at least 1.</summary>
    public required int Width { get; init; }

    /// <summary>The map projection as a PROJ string; empty where it is not known.</summary>
    public string Projection { get; init; } = "";

    /// <summary>Western edge, in projection units.</summary>
    public required double Left { get; init; }

    /// <summary>Southern edge, in projection units.</summary>
    public required double Bottom { get; init; }

    /// <summary>Eastern edge, in projection units; more than <see cref="Left"/>.</summary>
    public required double Right { get; init; }

    /// <summary>Northern edge, in projection units; more than <see cref="Bottom"/>.</summary>
    public required double Top { get; init; }

    /// <summary>
    /// Metres in one projection unit: 1 for metres (the default), 1000 for kilometres, 0 where the units are degrees.
    /// </summary>
    public double UnitMetres { get; init; } = 1;

    /// <summary>Width of a cell, in projection units.</summary>
    public double PixelWidth => (Right - Left) / Width;

    /// <summary>Height of a cell, in projection units.</summary>
    public double PixelHeight => (Top - Bottom) / Height;

    /// <summary>
    /// Length of a cell's side in kilometres (the mean of both sides); for degrees that of the middle of the grid.
    /// </summary>
    public double PixelKilometres
    {
        get
        {
            if (UnitMetres > 0)
            {
                return (PixelWidth + PixelHeight) / 2 * UnitMetres / 1000;
            }

            const double kilometresPerDegree = 111.195;
            var shrink = Math.Cos((Top + Bottom) / 2 * Math.PI / 180);
            return ((PixelWidth * shrink) + PixelHeight) / 2 * kilometresPerDegree;
        }
    }

    /// <summary>A grid of square cells without a place on the map.</summary>
    /// <param name="height">H, rows.</param>
    /// <param name="width">W, columns.</param>
    /// <param name="pixelMetres">Side of a cell in metres.</param>
    /// <exception cref="ConfigurationException">A size is less than 1 or the side is not above 0.</exception>
    public static RadarGrid Plain(int height, int width, double pixelMetres = 1000)
    {
        var grid = new RadarGrid
        {
            Height = height,
            Width = width,
            Left = 0,
            Bottom = 0,
            Right = width * pixelMetres,
            Top = height * pixelMetres,
        };
        grid.Validate();
        return grid;
    }

    /// <summary>A rectangle of cells.</summary>
    /// <param name="top">First row, from 0.</param>
    /// <param name="left">First column, from 0.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ShapeException">The rectangle is empty or reaches outside the grid.</exception>
    public RadarGrid Crop(int top, int left, int height, int width)
    {
        if (top < 0 || left < 0 || height < 1 || width < 1 || height > Height - top || width > Width - left)
        {
            throw new ShapeException(
                $"A crop of {height} x {width} cells at row {top}, column {left} "
                + $"does not lie within a grid of {Height} x {Width}.");
        }

        return this with
        {
            Height = height,
            Width = width,
            Left = Left + (left * PixelWidth),
            Right = Left + ((left + width) * PixelWidth),
            Top = Top - (top * PixelHeight),
            Bottom = Top - ((top + height) * PixelHeight),
        };
    }

    /// <summary>
    /// Whether two grids are the same place: equal sizes and projection, bounds that differ by less than a hundredth of
    /// a cell (files print them with few digits).
    /// </summary>
    /// <param name="other">The other grid.</param>
    public bool Matches(RadarGrid other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Height == other.Height && Width == other.Width && Projection == other.Projection
            && UnitMetres.Equals(other.UnitMetres)
            && Near(Left, other.Left, PixelWidth) && Near(Right, other.Right, PixelWidth)
            && Near(Bottom, other.Bottom, PixelHeight) && Near(Top, other.Top, PixelHeight);

        static bool Near(double a, double b, double pixel) => Math.Abs(a - b) < 0.01 * Math.Abs(pixel);
    }

    /// <summary>Checks sizes and bounds.</summary>
    /// <exception cref="ConfigurationException">A size is less than 1, or bounds are not finite or not in order.</exception>
    public void Validate()
    {
        Require(Height >= 1 && Width >= 1 && (long)Height * Width <= Array.MaxLength, "size",
            "at least 1 x 1 and small enough for an array", $"{Height} x {Width}");
        var finite = double.IsFinite(Left) && double.IsFinite(Right) && double.IsFinite(Bottom) && double.IsFinite(Top);
        Require(finite && Left < Right && Bottom < Top, "bounds", "finite, Left < Right and Bottom < Top",
            string.Create(CultureInfo.InvariantCulture, $"left {Left}, bottom {Bottom}, right {Right}, top {Top}"));
        Require(UnitMetres is >= 0 and <= 1e6, nameof(UnitMetres), "0 (degrees) to 1000000", UnitMetres);
    }

    private static void Require(bool holds, string name, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"RadarGrid.{name}", expected, found);
        }
    }
}
