namespace Deep.Nowcast;

/// <summary>Finds the square of which a spectrum can be taken: all its cells are known, and it lies nearest to the middle.</summary>
internal static class KnownSquare
{
    // Below it a spectrum says nothing that a single wavelength would not.
    private const int Least = 16;

    /// <summary>The square of a side; null where there is none.</summary>
    public static CentralWindow? Of(bool[] unknown, RadarGrid grid, int side)
    {
        var (height, width) = (grid.Height, grid.Width);
        if (side > Math.Min(height, width))
        {
            return null;
        }

        var sums = new EventSums(height, width);
        sums.Set(Array.ConvertAll(unknown, u => u ? -1 : 0));
        var counts = new int[width];
        CentralWindow? nearest = null;
        var least = double.PositiveInfinity;
        for (var row = 0; row <= height - side; row++)
        {
            // The window of cell i starts at i - side / 2.
            sums.Windows(row + (side / 2), side, counts);
            for (var column = 0; column <= width - side; column++)
            {
                var (down, right) = (row - ((height - side) / 2), column - ((width - side) / 2));
                var distance = ((double)down * down) + ((double)right * right);
                if (counts[column + (side / 2)] == 0 && distance < least)
                {
                    (nearest, least) = (new(row, column, side, side, width), distance);
                }
            }
        }

        return nearest;
    }

    /// <summary>The square of a side, or of half of it, and so on; null where not even the least is known.</summary>
    public static CentralWindow? Largest(bool[] unknown, RadarGrid grid, int most)
    {
        for (var side = most; side >= Math.Min(Least, most); side /= 2)
        {
            if (Of(unknown, grid, side) is { } square)
            {
                return square;
            }
        }

        return null;
    }
}
