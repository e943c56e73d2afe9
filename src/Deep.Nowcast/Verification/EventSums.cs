namespace Deep.Nowcast;

/// <summary>How many events lie in any window of a yes/no field, from sums of all rectangles that start at the first cell.</summary>
internal sealed class EventSums(int height, int width)
{
    private readonly int[] sums = new int[(height + 1) * (width + 1)];

    /// <summary>Sets a cell; cells come in order, row by row.</summary>
    public void Set(int cell, bool happens)
    {
        var place = ((cell / width + 1) * (width + 1)) + (cell % width) + 1;
        sums[place] = sums[place - 1] + sums[place - width - 1] - sums[place - width - 2] + (happens ? 1 : 0);
    }

    /// <summary>The events in the window around a cell: from cell − scale / 2 on, so far as it lies in the field.</summary>
    public int Window(int cell, int scale)
    {
        var (row, column) = ((cell / width) - (scale / 2), (cell % width) - (scale / 2));
        var (top, bottom) = (Math.Max(row, 0), Math.Min(row + scale, height));
        var (left, right) = (Math.Max(column, 0), Math.Min(column + scale, width));
        return At(bottom, right) - At(top, right) - At(bottom, left) + At(top, left);
    }

    private int At(int row, int column) => sums[(row * (width + 1)) + column];
}
