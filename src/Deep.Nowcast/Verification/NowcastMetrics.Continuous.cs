namespace Deep.Nowcast;

public static partial class NowcastMetrics
{
    /// <summary>Bias, errors, correlations and scatter of the rain rate.</summary>
    /// <param name="forecast">The forecast's cells.</param>
    /// <param name="observed">The observed cells, as many. NaN in either leaves a cell out.</param>
    /// <param name="options">Which cells count; null for all.</param>
    /// <exception cref="ShapeException">The fields differ in size, or are empty.</exception>
    public static ContinuousScores Continuous(
        ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, ContinuousOptions? options = null)
    {
        var pairs = Pairs(forecast, observed, options ??= ContinuousOptions.Default);
        double[] f = [.. pairs.Both.Select(p => p.Forecast)], o = [.. pairs.Both.Select(p => p.Observed)];
        return new(
            Moments(pairs.Both, options.OwnMoments ? pairs.Forecasts : f, options.OwnMoments ? pairs.Observations : o),
            Spearman(f, o), Scatter(pairs.Both));
    }

    /// <summary>Means, variances and errors of the rain rate, to be pooled over cases; no sorting.</summary>
    /// <param name="forecast">The forecast's cells.</param>
    /// <param name="observed">The observed cells, as many. NaN in either leaves a cell out.</param>
    /// <exception cref="ShapeException">The fields differ in size, or are empty.</exception>
    public static ContinuousMoments Moments(ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed)
    {
        CellChecks.RequireSame(forecast.Length, observed.Length);
        double n = 0, meanF = 0, meanO = 0;
        for (var i = 0; i < forecast.Length; i++)
        {
            if (!double.IsNaN(forecast[i] + observed[i]))
            {
                (n, meanF, meanO) = (n + 1, meanF + forecast[i], meanO + observed[i]);
            }
        }

        if (n == 0)
        {
            return Moments([], [], []);
        }

        (meanF, meanO) = (meanF / n, meanO / n);
        double varianceF = 0, varianceO = 0, covariance = 0, absolute = 0, squared = 0, sum = 0;
        for (var i = 0; i < forecast.Length; i++)
        {
            var (f, o) = (forecast[i], observed[i]);
            if (!double.IsNaN(f + o))
            {
                varianceF += (f - meanF) * (f - meanF);
                varianceO += (o - meanO) * (o - meanO);
                covariance += (f - meanF) * (o - meanO);
                absolute += Math.Abs(f - o);
                squared += (f - o) * (f - o);
                sum += (f + o) * (f + o);
            }
        }

        return new(
            n, meanF, meanO, varianceF / n, varianceO / n, covariance / n, meanF - meanO, absolute / n, squared / n, sum / n);
    }

    private static ((double Forecast, double Observed)[] Both, double[] Forecasts, double[] Observations) Pairs(
        ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, ContinuousOptions options)
    {
        CellChecks.RequireSame(forecast.Length, observed.Length);
        var both = new List<(double, double)>(forecast.Length);
        var (forecasts, observations) = (new List<double>(), new List<double>());
        for (var i = 0; i < forecast.Length; i++)
        {
            var (f, o) = (forecast[i], observed[i]);
            var counts = options.Conditioning switch
            {
                Conditioning.EitherWet => f > options.Threshold || o > options.Threshold,
                Conditioning.BothWet => f > options.Threshold && o > options.Threshold,
                _ => true,
            };
            if (!counts)
            {
                continue;
            }

            if (!double.IsNaN(f) && !double.IsNaN(o))
            {
                both.Add((f, o));
            }

            if (options.OwnMoments && !double.IsNaN(f))
            {
                forecasts.Add(f);
            }

            if (options.OwnMoments && !double.IsNaN(o))
            {
                observations.Add(o);
            }
        }

        return ([.. both], [.. forecasts], [.. observations]);
    }

    private static ContinuousMoments Moments((double Forecast, double Observed)[] both, double[] forecasts, double[] observations)
    {
        if (both.Length == 0)
        {
            return new(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        }

        var (meanF, meanO) = (forecasts.Average(), observations.Average());
        double covariance = 0, error = 0, absolute = 0, squared = 0, sum = 0;
        foreach (var (f, o) in both)
        {
            covariance += (f - meanF) * (o - meanO);
            error += f - o;
            absolute += Math.Abs(f - o);
            squared += (f - o) * (f - o);
            sum += (f + o) * (f + o);
        }

        double n = both.Length;
        return new(
            n, meanF, meanO, forecasts.Average(f => (f - meanF) * (f - meanF)), observations.Average(o => (o - meanO) * (o - meanO)),
            covariance / n, error / n, absolute / n, squared / n, sum / n);
    }

    private static double Spearman(double[] forecasts, double[] observations)
    {
        if (forecasts.Length < 3)
        {
            return double.NaN;
        }

        var (f, o) = (Ranks(forecasts), Ranks(observations));
        var mean = (f.Length + 1) / 2.0;
        double covariance = 0, varianceF = 0, varianceO = 0;
        for (var i = 0; i < f.Length; i++)
        {
            covariance += (f[i] - mean) * (o[i] - mean);
            varianceF += (f[i] - mean) * (f[i] - mean);
            varianceO += (o[i] - mean) * (o[i] - mean);
        }

        return CellChecks.Ratio(covariance, Math.Sqrt(varianceF) * Math.Sqrt(varianceO));
    }

    private static double[] Ranks(double[] values)
    {
        var (sorted, places, ranks) = (values.ToArray(), Enumerable.Range(0, values.Length).ToArray(), new double[values.Length]);
        Array.Sort(sorted, places);
        for (var first = 0; first < sorted.Length;)
        {
            var end = first;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                end++;
            }

            for (var i = first; i < end; i++)
            {
                ranks[places[i]] = (first + 1 + end) / 2.0;
            }

            first = end;
        }

        return ranks;
    }

    private static double Scatter((double Forecast, double Observed)[] both)
    {
        (double Decibels, double Weight)[] errors =
        [
            .. both.Where(p => p.Forecast > 0 && p.Observed > 0)
                .Select(p => (10 * Math.Log10(p.Forecast / p.Observed), p.Observed)).OrderBy(e => e.Item1),
        ];
        if (errors.Length == 0)
        {
            return double.NaN;
        }

        var total = errors.Sum(e => e.Weight);
        return (Quantile(errors, 0.84 * total) - Quantile(errors, 0.16 * total)) / 2;
    }

    // Linear between the cumulative weights of neighbours.
    private static double Quantile((double Value, double Weight)[] sorted, double weight)
    {
        double before = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var after = before + sorted[i].Weight;
            if (weight < after)
            {
                var lower = sorted[Math.Max(i - 1, 0)].Value;
                return lower + ((sorted[i].Value - lower) * (weight - before) / sorted[i].Weight);
            }

            before = after;
        }

        return sorted[^1].Value;
    }
}
