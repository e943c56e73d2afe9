namespace Deep.Nowcast;

/// <summary>Means of blocks whose sides double: the approximations of the Haar wavelet.</summary>
internal static class HaarBlocks
{
    /// <summary>Means of 2 x 2 neighbours; an odd last row or column counts twice.</summary>
    public static (double[] Values, int Height, int Width) Halve(double[] values, int height, int width)
    {
        var (rows, columns) = ((height + 1) / 2, (width + 1) / 2);
        var halved = new double[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            var (first, second) = (2 * row * width, Math.Min((2 * row) + 1, height - 1) * width);
            for (var column = 0; column < columns; column++)
            {
                var (left, right) = (2 * column, Math.Min((2 * column) + 1, width - 1));
                halved[(row * columns) + column] =
                    (values[first + left] + values[first + right] + values[second + left] + values[second + right]) / 4;
            }
        }

        return (halved, rows, columns);
    }

    /// <summary>Every pixel with the mean of its block.</summary>
    public static double[] Spread(double[] blocks, int columns, int size, int height, int width)
    {
        var field = new double[height * width];
        for (var i = 0; i < field.Length; i++)
        {
            field[i] = blocks[(i / width / size * columns) + (i % width / size)];
        }

        return field;
    }
}
