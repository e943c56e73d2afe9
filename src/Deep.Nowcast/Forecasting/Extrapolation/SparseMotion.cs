namespace Deep.Nowcast;

// k neighbours

/// <summary>What is done with tracked features before they are a field: outliers out, crowds to one each.</summary>
internal static class SparseMotion
{
    // Pixels per step squared: tracking is not more exact than this, however well neighbours agree.
    private const double TrackingVariance = 0.05 * 0.05;

    /// <summary>Removes vectors that differ from their neighbours.</summary>
    /// <param name="vectors">All vectors.</param>
    /// <param name="deviations">Mahalanobis distance from the neighbours' mean that is still kept.</param>
    /// <param name="neighbours">k, nearest in space.</param>
    /// <returns>The vectors that are kept, in their order.</returns>
    public static MotionVector[] WithoutOutliers(MotionVector[] vectors, double deviations, int neighbours)
    {
        if (vectors.Length < 3)
        {
            return vectors;
        }

        var k = Math.Min(neighbours, vectors.Length - 1);
        var kept = new bool[vectors.Length];
        Parallel.For(0, vectors.Length, i =>
        {
            var near = Nearest(vectors, i, k);
            kept[i] = Distance(vectors[i], vectors, near) <= deviations;
        });
        return [.. vectors.Where((_, i) => kept[i])];
    }

    /// <summary>One vector, the median in place and motion, for each square that holds some.</summary>
    /// <param name="vectors">All vectors.</param>
    /// <param name="size">The side of the squares in pixels.</param>
    public static MotionVector[] Declustered(MotionVector[] vectors, int size)
    {
        return size < 2
            ? vectors
            : [.. vectors.GroupBy(v => ((int)Math.Floor(v.X / size), (int)Math.Floor(v.Y / size)))
                .OrderBy(g => g.Key.Item2).ThenBy(g => g.Key.Item1)
                .Select(g => new MotionVector(Median(g.Select(v => v.X)), Median(g.Select(v => v.Y)),
                    Median(g.Select(v => v.U)), Median(g.Select(v => v.V))))];

        static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    private static int[] Nearest(MotionVector[] vectors, int of, int k)
    {
        var distances = new double[k];
        var places = new int[k];
        var found = 0;
        for (var j = 0; j < vectors.Length; j++)
        {
            if (j == of)
            {
                continue;
            }

            var (dx, dy) = (vectors[j].X - vectors[of].X, vectors[j].Y - vectors[of].Y);
            var distance = (dx * dx) + (dy * dy);
            if (found == k && distance >= distances[k - 1])
            {
                continue;
            }

            var at = found < k ? found++ : k - 1;
            for (; at > 0 && distances[at - 1] > distance; at--)
            {
                (distances[at], places[at]) = (distances[at - 1], places[at - 1]);
            }

            (distances[at], places[at]) = (distance, j);
        }

        return places;
    }

    private static double Distance(MotionVector vector, MotionVector[] vectors, int[] near)
    {
        var (u, v) = (0.0, 0.0);
        foreach (var i in near)
        {
            (u, v) = (u + (vectors[i].U / near.Length), v + (vectors[i].V / near.Length));
        }

        var (uu, uv, vv) = (0.0, 0.0, 0.0);
        var freedom = Math.Max(1, near.Length - 1);
        foreach (var i in near)
        {
            var (x, y) = (vectors[i].U - u, vectors[i].V - v);
            (uu, uv, vv) = (uu + (x * x / freedom), uv + (x * y / freedom), vv + (y * y / freedom));
        }

        (uu, vv) = (uu + TrackingVariance, vv + TrackingVariance);
        var (du, dv) = (vector.U - u, vector.V - v);
        return Math.Sqrt(((vv * du * du) - (2 * uv * du * dv) + (uu * dv * dv)) / ((uu * vv) - (uv * uv)));
    }
}
