namespace Deep.Nowcast;

/// <summary>Computes all scores of one model at one lead time of one case.</summary>
internal static class LeadScorer
{
    /// <summary>Scores an ensemble.</summary>
    /// <param name="members">Member after member, [height, width] of the window; NaN where cells do not count.</param>
    /// <param name="observed">The observation of the window, NaN where cells do not count.</param>
    /// <param name="height">Rows of the window.</param>
    /// <param name="width">Columns of the window.</param>
    /// <param name="protocol">What to compute.</param>
    public static LeadScores Score(double[] members, double[] observed, int height, int width, NowcastProtocol protocol)
    {
        var count = members.Length / observed.Length;
        var (mean, variance) = MeanAndVariance(members, observed, count);
        var scorer = new EventScorer(height, width, protocol.FractionScales);
        EventScores[] events = [.. protocol.Thresholds.Select(t => scorer.Score(members, observed, new(t)))];
        return new()
        {
            MemberTables = [.. events.Select(e => e.Table)],
            MeanTables = [.. protocol.Thresholds.Select(t => NowcastMetrics.Categorical(mean, observed, t))],
            Crps = NowcastMetrics.Crps(members, observed),
            PooledCrps =
            [
                .. from window in protocol.PoolingWindows
                   where window <= Math.Min(height, width)
                   from pooling in window == 1 ? [Pooling.Average] : new[] { Pooling.Average, Pooling.Maximum }
                   select new PooledCrpsScore(window, pooling, NowcastMetrics.PooledCrps(members, observed, height, width, window, pooling)),
            ],
            MeanErrors = NowcastMetrics.Moments(mean, observed),
            VarianceSum = variance,
            Fractions = [.. events.Select(e => e.Fractions)],
            Ranks = NowcastMetrics.RankHistogram(members, observed, protocol.RankMinimum),
            Probabilities = [.. events.Select(e => e.Probabilities)],
        };
    }

    /// <summary>Cell by cell the mean of the members, NaN where one of them is.</summary>
    public static (double[] Mean, double VarianceSum) MeanAndVariance(double[] members, double[] observed, int count)
    {
        var (cells, mean, variance) = (observed.Length, new double[observed.Length], 0.0);
        for (var member = 0; member < count; member++)
        {
            var one = members.AsSpan(member * cells, cells);
            for (var cell = 0; cell < cells; cell++)
            {
                mean[cell] += one[cell] / count;
            }
        }

        for (var member = 0; member < count; member++)
        {
            var one = members.AsSpan(member * cells, cells);
            for (var cell = 0; cell < cells; cell++)
            {
                var distance = one[cell] - mean[cell];
                variance += double.IsNaN(distance + observed[cell]) ? 0 : distance * distance;
            }
        }

        return (mean, count < 2 ? double.NaN : variance / (count - 1));
    }
}
