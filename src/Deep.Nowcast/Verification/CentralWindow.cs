namespace Deep.Nowcast;

/// <summary>The rectangle of cells in the middle of a grid that counts.</summary>
internal readonly record struct CentralWindow(int Top, int Left, int Height, int Width, int GridWidth)
{
    public int Cells => Height * Width;

    /// <summary>The whole grid, or the square of <paramref name="pixels"/> in its middle.</summary>
    public static CentralWindow Of(RadarGrid grid, int? pixels)
    {
        if (pixels is not { } side)
        {
            return new(0, 0, grid.Height, grid.Width, grid.Width);
        }

        if (side > Math.Min(grid.Height, grid.Width))
        {
            throw new ShapeException($"The central {side} x {side} cells cannot be taken of a grid of {grid.Height} x {grid.Width}.");
        }

        return new((grid.Height - side) / 2, (grid.Width - side) / 2, side, side, grid.Width);
    }

    /// <summary>The window's values in double precision.</summary>
    public void Copy(ReadOnlySpan<float> field, Span<double> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = field[((Top + (i / Width)) * GridWidth) + Left + (i % Width)];
        }
    }

    /// <summary>The window's values in double precision.</summary>
    public double[] Cut(ReadOnlySpan<float> field)
    {
        var cells = new double[Cells];
        Copy(field, cells);
        return cells;
    }
}
