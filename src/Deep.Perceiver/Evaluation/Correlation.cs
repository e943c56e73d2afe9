namespace Deep.Perceivers;

/// <summary>How two lists of numbers go together.</summary>
public static class Correlation
{
    /// <summary>Pearson's correlation: that of the numbers.</summary>
    /// <param name="x">Two numbers or more.</param>
    /// <param name="y">As many.</param>
    /// <returns>From −1 to 1; NaN where one list is constant or has a number that is not finite.</returns>
    /// <exception cref="ShapeException">There are fewer than two numbers, or the lists have different lengths.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ClassificationScores.RequirePairs(x.Length, y.Length, least: 2);
        var (meanX, meanY) = (Mean(x), Mean(y));
        double together = 0, spreadX = 0, spreadY = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            together += dx * dy;
            spreadX += dx * dx;
            spreadY += dy * dy;
        }

        return spreadX == 0 || spreadY == 0
            ? double.NaN
            : Math.Clamp(together / (Math.Sqrt(spreadX) * Math.Sqrt(spreadY)), -1, 1);
    }

    /// <summary>Spearman's correlation: that of the ranks, equal numbers sharing the mean of theirs.</summary>
    /// <param name="x">Two numbers or more.</param>
    /// <param name="y">As many.</param>
    /// <returns>From −1 to 1; NaN where one list is constant or has NaN.</returns>
    /// <exception cref="ShapeException">There are fewer than two numbers, or the lists have different lengths.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ClassificationScores.RequirePairs(x.Length, y.Length, least: 2);
        return Pearson(Ranks(x), Ranks(y));
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var places = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, places);
        var ranks = new double[sorted.Length];
        for (var first = 0; first < sorted.Length;)
        {
            var end = first + 1;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                end++;
            }

            for (var i = first; i < end; i++)
            {
                ranks[places[i]] = double.IsNaN(sorted[i]) ? double.NaN : (first + 1 + end) / 2.0;
            }

            first = end;
        }

        return ranks;
    }
}
