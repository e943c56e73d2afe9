namespace Deep.Nowcast;

/// <summary>A rectangle of cells of a grid, in its middle unless some of it is not known.</summary>
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

    /// <summary>The place in the grid of a cell of the window.</summary>
    public int CellOf(int i) => ((Top + (i / Width)) * GridWidth) + Left + (i % Width);

    /// <summary>The window's values.</summary>
    public void Copy(ReadOnlySpan<float> field, Span<float> cells)
    {
        for (var row = 0; row < Height; row++)
        {
            field.Slice(((Top + row) * GridWidth) + Left, Width).CopyTo(cells[(row * Width)..]);
        }
    }

    /// <summary>The window's values in double precision.</summary>
    public double[] Cut(ReadOnlySpan<float> field)
    {
        var cells = new double[Cells];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = field[CellOf(i)];
        }

        return cells;
    }
}
