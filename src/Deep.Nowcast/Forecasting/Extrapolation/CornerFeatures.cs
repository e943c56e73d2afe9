namespace Deep.Nowcast;

// h rows, w columns

/// <summary>Shi–Tomasi corners: the places of an image whose motion can be seen in both directions.</summary>
/// <remarks>Shi and Tomasi 1994: the smaller eigenvalue of the gradients' matrix, summed over 5 x 5 pixels.</remarks>
internal static class CornerFeatures
{
    private const int Block = 2;
    private const int UnknownMargin = 2;

    /// <summary>Finds corners, the strongest first.</summary>
    /// <param name="image">The image.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="quality">The weakest corner's strength, as a part of the strongest's.</param>
    /// <param name="distance">Pixels between two corners at least.</param>
    /// <returns>Columns and rows.</returns>
    public static List<(int Column, int Row)> Find(TrackingImage image, int most, double quality, int distance)
    {
        var level = image.Levels[0];
        var strength = Strength(level);
        Hide(strength, image.Known, level.Height, level.Width);
        var least = (float)(quality * Max(strength));
        var candidates = Peaks(strength, level.Height, level.Width, least);
        return Spread(candidates, level.Height, level.Width, most, distance);
    }

    private static float Max(float[] values)
    {
        var max = 0f;
        foreach (var value in values)
        {
            max = Math.Max(max, value);
        }

        return max;
    }

    private static float[] Strength(TrackingImage.Level level)
    {
        var (height, width, stride, margin) = (level.Height, level.Width, level.Stride, level.Margin);
        var strength = new float[height * width];
        var bands = Math.Max(1, Math.Min(Environment.ProcessorCount * 4, height / 8));
        Parallel.For(0, bands, band =>
        {
            var (from, to) = (height * band / bands, height * (band + 1) / bands);
            var padded = width + (2 * Block);
            var products = new float[3][];
            var rows = to - from + (2 * Block);
            for (var p = 0; p < 3; p++)
            {
                products[p] = new float[rows * padded];
            }

            for (var row = 0; row < rows; row++)
            {
                // Edges are copies, so gradients beyond them are those of copies: flat outward.
                var at = ((margin + from + row - Block) * stride) + margin - Block;
                Products(level.Values, at, stride, padded, products, row * padded);
            }

            for (var p = 0; p < 3; p++)
            {
                products[p] = BlockSums(products[p], rows, padded);
            }

            for (var i = 0; i < (to - from) * width; i++)
            {
                var (a, b, c) = (products[0][i], products[1][i], products[2][i]);
                var half = (a - c) / 2;
                strength[(from * width) + i] = ((a + c) / 2) - MathF.Sqrt((half * half) + (b * b));
            }
        });
        return strength;
    }

    // Sobel gradients and their products Ix Ix, Ix Iy, Iy Iy.
    private static void Products(float[] v, int at, int stride, int count, float[][] products, int to)
    {
        for (var i = 0; i < count; i++, at++, to++)
        {
            var (up, down) = (at - stride, at + stride);
            var x = v[up + 1] - v[up - 1] + (2 * (v[at + 1] - v[at - 1])) + v[down + 1] - v[down - 1];
            var y = v[down - 1] - v[up - 1] + (2 * (v[down] - v[up])) + v[down + 1] - v[up + 1];
            (products[0][to], products[1][to], products[2][to]) = (x * x, x * y, y * y);
        }
    }

    private static float[] BlockSums(float[] values, int rows, int width)
    {
        var narrow = width - (2 * Block);
        var across = new float[rows * narrow];
        for (var row = 0; row < rows; row++)
        {
            for (int i = row * width, j = row * narrow; j < (row + 1) * narrow; i++, j++)
            {
                across[j] = values[i] + values[i + 1] + values[i + 2] + values[i + 3] + values[i + 4];
            }
        }

        var sums = new float[(rows - (2 * Block)) * narrow];
        for (var j = 0; j < sums.Length; j++)
        {
            sums[j] = across[j] + across[j + narrow] + across[j + (2 * narrow)] + across[j + (3 * narrow)]
                + across[j + (4 * narrow)];
        }

        return sums;
    }

    // The edge of what is observed is not rain's own shape.
    private static void Hide(float[] strength, bool[] known, int height, int width) =>
        Parallel.For(0, height, row =>
        {
            for (var column = 0; column < width; column++)
            {
                if (known[(row * width) + column])
                {
                    continue;
                }

                // Every pixel writes zeros only: neighbours' writes do not disturb one another.
                for (var r = Math.Max(0, row - UnknownMargin); r <= Math.Min(height - 1, row + UnknownMargin); r++)
                {
                    for (var c = Math.Max(0, column - UnknownMargin); c <= Math.Min(width - 1, column + UnknownMargin); c++)
                    {
                        strength[(r * width) + c] = 0;
                    }
                }
            }
        });

    private static List<(float Strength, int Place)> Peaks(float[] strength, int height, int width, float least)
    {
        var peaks = new List<(float Strength, int Place)>();
        for (var row = 1; row < height - 1; row++)
        {
            for (var column = 1; column < width - 1; column++)
            {
                var i = (row * width) + column;
                var s = strength[i];
                if (s > 0 && s >= least && s >= strength[i - 1] && s >= strength[i + 1]
                    && s >= strength[i - width] && s >= strength[i + width]
                    && s >= strength[i - width - 1] && s >= strength[i - width + 1]
                    && s >= strength[i + width - 1] && s >= strength[i + width + 1])
                {
                    peaks.Add((s, i));
                }
            }
        }

        peaks.Sort((a, b) => a.Strength != b.Strength ? b.Strength.CompareTo(a.Strength) : a.Place.CompareTo(b.Place));
        return peaks;
    }

    private static List<(int Column, int Row)> Spread(
        List<(float Strength, int Place)> peaks, int height, int width, int most, int distance)
    {
        var cell = Math.Max(1, distance);
        var (rows, columns) = ((height / cell) + 1, (width / cell) + 1);
        var taken = new List<(int Column, int Row)>?[rows * columns];
        var kept = new List<(int Column, int Row)>();
        foreach (var (_, place) in peaks)
        {
            var (row, column) = (place / width, place % width);
            if (Near(row, column))
            {
                continue;
            }

            (taken[(row / cell * columns) + (column / cell)] ??= []).Add((column, row));
            kept.Add((column, row));
            if (kept.Count == most)
            {
                break;
            }
        }

        return kept;

        bool Near(int row, int column)
        {
            for (var r = Math.Max(0, (row / cell) - 1); r <= Math.Min(rows - 1, (row / cell) + 1); r++)
            {
                for (var c = Math.Max(0, (column / cell) - 1); c <= Math.Min(columns - 1, (column / cell) + 1); c++)
                {
                    foreach (var (x, y) in taken[(r * columns) + c] ?? [])
                    {
                        if (((x - column) * (x - column)) + ((y - row) * (y - row)) < distance * distance)
                        {
                            return true;
                        }
                    }
                }
            }

            return false;
        }
    }
}
