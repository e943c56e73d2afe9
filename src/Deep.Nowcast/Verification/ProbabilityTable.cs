namespace Deep.Nowcast;

/// <summary>
/// How often each forecast probability of an event was given, and how often the event followed: all that reliability,
/// ROC, Brier score and economic value are computed from. Tables of cases add up.
/// </summary>
public sealed class ProbabilityTable
{
    private readonly SortedDictionary<double, (double Forecasts, double Events)> rows = [];

    /// <summary>The distinct probabilities in ascending order, with the weight of the cells where each was given and of those where the event followed.</summary>
    public IEnumerable<(double Probability, double Forecasts, double Events)> Rows =>
        rows.Select(r => (r.Key, r.Value.Forecasts, r.Value.Events));

    /// <summary>The weight of all cells.</summary>
    public double Cells => rows.Values.Sum(r => r.Forecasts);

    /// <summary>How often the event was observed; NaN without cells.</summary>
    public double BaseRate => CellChecks.Ratio(rows.Values.Sum(r => r.Events), Cells);

    /// <summary>Adds cells that were given a probability.</summary>
    /// <param name="probability">0 to 1.</param>
    /// <param name="forecasts">The weight of the cells.</param>
    /// <param name="events">The weight of those where the event was observed.</param>
    /// <exception cref="ConfigurationException">The probability is not between 0 and 1.</exception>
    public void Add(double probability, double forecasts, double events)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ConfigurationException("probability", "a number from 0 to 1", probability);
        }

        if (forecasts > 0)
        {
            var (before, happened) = rows.GetValueOrDefault(probability);
            rows[probability] = (before + forecasts, happened + events);
        }
    }

    /// <summary>Adds all of another table.</summary>
    /// <param name="other">The other table.</param>
    /// <param name="weight">How often each of its cells counts.</param>
    public void Add(ProbabilityTable other, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (probability, forecasts, events) in other.Rows)
        {
            Add(probability, forecasts * weight, events * weight);
        }
    }

    /// <summary>The Brier score with Murphy's decomposition, over the distinct probabilities.</summary>
    public BrierScore Brier()
    {
        double cells = Cells, rate = BaseRate, squares = 0, reliability = 0, resolution = 0;
        foreach (var (p, n, o) in Rows)
        {
            squares += (o * (p - 1) * (p - 1)) + ((n - o) * p * p);
            reliability += n * Math.Pow(p - (o / n), 2);
            resolution += n * Math.Pow((o / n) - rate, 2);
        }

        return new(
            CellChecks.Ratio(squares, cells), CellChecks.Ratio(reliability, cells), CellChecks.Ratio(resolution, cells), rate * (1 - rate));
    }

    /// <summary>The reliability diagram.</summary>
    /// <param name="bins">Bins of equal width over [0, 1], closed on the right; 0 belongs to the first.</param>
    /// <param name="minimumCells">A bin with less has no point.</param>
    /// <exception cref="ConfigurationException">There is no bin.</exception>
    public ReliabilityDiagram Reliability(int bins = 10, double minimumCells = 1)
    {
        RequirePositive(nameof(bins), bins);
        const double Margin = 1e-6; // keeps probabilities of 0 and 1, and sums that round beyond them, inside
        var step = (1 + Margin - -Margin) / bins; // numpy's own order of operations: probabilities such as 0.5 lie on an edge
        var (given, sums, events) = (new double[bins], new double[bins], new double[bins]);
        foreach (var (p, n, o) in Rows)
        {
            var bin = 0;
            while (bin < bins - 1 && p > -Margin + ((bin + 1) * step))
            {
                bin++;
            }

            (given[bin], sums[bin], events[bin]) = (given[bin] + n, sums[bin] + (p * n), events[bin] + o);
        }

        double Point(double sum, double n) => n >= minimumCells ? CellChecks.Ratio(sum, n) : double.NaN;
        return new([.. sums.Zip(given, Point)], [.. events.Zip(given, Point)], given);
    }

    /// <summary>Hit and false-alarm rates of the decisions "probability at or above t", and the area under their curve.</summary>
    /// <param name="thresholds">How many t, evenly from 0 to 1: 2 or more.</param>
    /// <exception cref="ConfigurationException">There are fewer than two thresholds.</exception>
    public RocCurve Roc(int thresholds = 11)
    {
        RequirePositive(nameof(thresholds), thresholds - 1);
        double[] limits = [.. Enumerable.Range(0, thresholds).Select(t => t / (double)(thresholds - 1))];
        CategoricalTable[] tables = [.. limits.Select(Decision)];
        return new(limits, [.. tables.Select(t => t.ProbabilityOfDetection)], [.. tables.Select(t => t.FalseAlarmRate)]);
    }

    /// <summary>The table of the yes/no decision "act where the probability is at or above a limit".</summary>
    /// <param name="limit">The limit; above 1 nobody acts.</param>
    public CategoricalTable Decision(double limit)
    {
        var table = default(CategoricalTable);
        foreach (var (p, n, o) in Rows)
        {
            table += p >= limit ? new(o, 0, n - o, 0) : new(0, o, 0, n - o);
        }

        return table;
    }

    /// <summary>
    /// The relative economic value for users of different cost/loss ratios a (Richardson 2000):
    /// V = (min(a, s) − F a (1 − s) + H s (1 − a) − s) / (min(a, s) − s a), s base rate, H hit and F false-alarm rate of
    /// the best decision limit. 1 is the value of a perfect forecast, 0 that of the climatology; users who gain nothing do
    /// not act by the forecast, so V is not below 0 where a limit above 1 is offered.
    /// </summary>
    /// <param name="costLossRatios">Each between 0 and 1.</param>
    /// <param name="limits">Decision limits to choose from; null takes every probability that was given, and "never".</param>
    public EconomicValue EconomicValue(IReadOnlyList<double> costLossRatios, IReadOnlyList<double>? limits = null)
    {
        ArgumentNullException.ThrowIfNull(costLossRatios);
        double[] offered = limits is null ? [0, .. rows.Keys, Never] : [.. limits];
        CategoricalTable[] tables = [.. offered.Select(Decision)];
        var (s, values, best) = (BaseRate, new double[costLossRatios.Count], new double[costLossRatios.Count]);
        for (var i = 0; i < values.Length; i++)
        {
            (values[i], best[i]) = (double.NaN, double.NaN);
            var a = costLossRatios[i];
            for (var limit = 0; limit < offered.Length; limit++)
            {
                // An undefined rate means that there was nothing to hit, or nothing to leave alone: s is 0 or 1, and V undefined.
                var (hit, alarm) = (tables[limit].ProbabilityOfDetection, tables[limit].FalseAlarmRate);
                var value = CellChecks.Ratio(
                    Math.Min(a, s) - (alarm * a * (1 - s)) + (hit * s * (1 - a)) - s, Math.Min(a, s) - (s * a));
                if (!double.IsNaN(value) && !(value <= values[i]))
                {
                    (values[i], best[i]) = (value, offered[limit]);
                }
            }
        }

        return new([.. costLossRatios], values, best);
    }

    private const double Never = 1.01;

    private static void RequirePositive(string setting, int value)
    {
        if (value < 1)
        {
            throw new ConfigurationException(setting, "a number that leaves at least one interval", value);
        }
    }
}
