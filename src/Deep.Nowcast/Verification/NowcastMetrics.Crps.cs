namespace Deep.Nowcast;

public static partial class NowcastMetrics
{
    /// <summary>The continuous ranked probability score, exact with ties, and its fair variant.</summary>
    /// <param name="members">Member after member, each of as many cells as were observed.</param>
    /// <param name="observed">The observed cells. A cell with NaN here or in any member is left out.</param>
    /// <exception cref="ShapeException">The members are not fields of the observation's cells.</exception>
    public static CrpsScore Crps(ReadOnlySpan<double> members, ReadOnlySpan<double> observed)
    {
        var (cells, count) = (observed.Length, CellChecks.RequireMembers(members.Length, observed.Length));
        var sorted = new double[count];
        double errors = 0, pairs = 0;
        long counted = 0;
        for (var cell = 0; cell < cells; cell++)
        {
            var (error, missing) = (0.0, double.IsNaN(observed[cell]));
            for (var member = 0; member < count && !missing; member++)
            {
                sorted[member] = members[(member * cells) + cell];
                error += Math.Abs(sorted[member] - observed[cell]);
                missing = double.IsNaN(sorted[member]);
            }

            if (missing)
            {
                continue;
            }

            // Σ over ordered pairs |x_i − x_j| = 2 Σ (2 i − m + 1) x_(i) over the sorted members, i from 0.
            Array.Sort(sorted);
            var spread = 0.0;
            for (var i = 0; i < count; i++)
            {
                spread += ((2 * i) - count + 1) * sorted[i];
            }

            (errors, pairs, counted) = (errors + (error / count), pairs + (2 * spread), counted + 1);
        }

        return new(count, counted, errors, pairs);
    }

    /// <summary>The score of fields that are pooled first: how good the forecast is at a scale (DGMR, section on CRPS).</summary>
    /// <param name="members">Member after member, each [height, width] row by row.</param>
    /// <param name="observed">[height, width] row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="window">Rows and columns of a window, in pixels; windows do not overlap (stride = window).</param>
    /// <param name="pooling">What a window becomes.</param>
    /// <exception cref="ShapeException">The fields do not fit, or no window fits into them.</exception>
    /// <remarks>See <see cref="Pool"/> for windows with missing cells and for what is left at the edges.</remarks>
    public static CrpsScore PooledCrps(
        ReadOnlySpan<double> members, ReadOnlySpan<double> observed, int height, int width, int window, Pooling pooling)
    {
        CellChecks.RequireGrid(observed.Length, height, width);
        var (cells, count) = (observed.Length, CellChecks.RequireMembers(members.Length, observed.Length));
        if (window == 1)
        {
            return Crps(members, observed);
        }

        var pooled = Pool(observed, height, width, window, pooling);
        var ensemble = new double[count * pooled.Length];
        for (var member = 0; member < count; member++)
        {
            Pool(members.Slice(member * cells, cells), height, width, window, pooling).CopyTo(ensemble, member * pooled.Length);
        }

        return Crps(ensemble, pooled);
    }

    /// <summary>Pools a field by windows that do not overlap.</summary>
    /// <param name="field">[height, width] row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="window">Rows and columns of a window, in pixels.</param>
    /// <param name="pooling">What a window becomes.</param>
    /// <returns>[height / window, width / window] row by row; rows and columns that fill no window are dropped.</returns>
    /// <exception cref="ShapeException">The field has other cells, or no window fits into it.</exception>
    /// <remarks>
    /// A window with a missing cell is missing: the mean or maximum of what is left would be compared with that of other
    /// cells. Forecast and observation are pooled alike, so a pooled cell counts where both saw all of its window.
    /// </remarks>
    public static double[] Pool(ReadOnlySpan<double> field, int height, int width, int window, Pooling pooling)
    {
        CellChecks.RequireGrid(field.Length, height, width);
        if (window < 1 || window > Math.Min(height, width))
        {
            throw new ShapeException($"A window of {window} pixels does not fit into a field of {height} x {width}.");
        }

        var (rows, columns) = (height / window, width / window);
        var pooled = new double[rows * columns];
        for (var place = 0; place < pooled.Length; place++)
        {
            var corner = (place / columns * window * width) + (place % columns * window);
            var (sum, largest) = (0.0, double.NegativeInfinity);
            for (var row = 0; row < window; row++)
            {
                foreach (var value in field.Slice(corner + (row * width), window))
                {
                    (sum, largest) = (sum + value, Math.Max(largest, value));
                }
            }

            // Sum and Math.Max are both NaN as soon as one value is.
            pooled[place] = pooling == Pooling.Average ? sum / (window * window) : largest;
        }

        return pooled;
    }
}
