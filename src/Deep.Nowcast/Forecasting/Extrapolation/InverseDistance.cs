namespace Deep.Nowcast;

/// <summary>A dense motion field from sparse vectors, by inverse distance weighting.</summary>
/// <remarks>Weights 1 / (distance + 0.5)^power of the k nearest vectors, at nodes every few pixels, bilinear between.</remarks>
internal static class InverseDistance
{
    private const int Spacing = 4;
    private const double Offset = 0.5;

    /// <summary>The dense field.</summary>
    /// <param name="vectors">One vector or more.</param>
    /// <param name="height">Rows of the field.</param>
    /// <param name="width">Columns of the field.</param>
    /// <param name="neighbours">k.</param>
    /// <param name="power">The power of the distance.</param>
    public static MotionField Interpolate(MotionVector[] vectors, int height, int width, int neighbours, double power)
    {
        var (rows, columns) = (((height - 1) / Spacing) + 2, ((width - 1) / Spacing) + 2);
        var (u, v) = (new double[rows * columns], new double[rows * columns]);
        var k = Math.Min(neighbours, vectors.Length);
        Parallel.For(0, rows, row =>
        {
            var distances = new double[k];
            var places = new int[k];
            for (var column = 0; column < columns; column++)
            {
                var (x, y) = (column * Spacing, row * Spacing);
                Nearest(vectors, x, y, distances, places);
                var (su, sv, sw) = (0.0, 0.0, 0.0);
                for (var n = 0; n < k; n++)
                {
                    var w = Math.Pow(Math.Sqrt(distances[n]) + Offset, -power);
                    (su, sv, sw) = (su + (w * vectors[places[n]].U), sv + (w * vectors[places[n]].V), sw + w);
                }

                (u[(row * columns) + column], v[(row * columns) + column]) = (su / sw, sv / sw);
            }
        });
        return new(height, width, Between(u, columns, height, width), Between(v, columns, height, width));
    }

    private static void Nearest(MotionVector[] vectors, double x, double y, double[] distances, int[] places)
    {
        var found = 0;
        for (var j = 0; j < vectors.Length; j++)
        {
            var (dx, dy) = (vectors[j].X - x, vectors[j].Y - y);
            var distance = (dx * dx) + (dy * dy);
            if (found == distances.Length && distance >= distances[^1])
            {
                continue;
            }

            var at = found < distances.Length ? found++ : distances.Length - 1;
            for (; at > 0 && distances[at - 1] > distance; at--)
            {
                (distances[at], places[at]) = (distances[at - 1], places[at - 1]);
            }

            (distances[at], places[at]) = (distance, j);
        }
    }

    private static double[] Between(double[] nodes, int columns, int height, int width)
    {
        var values = new double[height * width];
        Parallel.For(0, height, row =>
        {
            var (r, fy) = (row / Spacing, row % Spacing / (double)Spacing);
            for (var column = 0; column < width; column++)
            {
                var (c, fx) = (column / Spacing, column % Spacing / (double)Spacing);
                var i = (r * columns) + c;
                values[(row * width) + column] = ((1 - fy) * (((1 - fx) * nodes[i]) + (fx * nodes[i + 1])))
                    + (fy * (((1 - fx) * nodes[i + columns]) + (fx * nodes[i + columns + 1])));
            }
        });
        return values;
    }
}
