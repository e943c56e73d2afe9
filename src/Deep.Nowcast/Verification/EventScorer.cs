using System.Numerics;

namespace Deep.Nowcast;

/// <summary>Finds the events of an ensemble once for all scores that ask for them.</summary>
/// <remarks>
/// All sums are of whole numbers and exact. Buffers are kept from one event to the next: not for several threads at once.
/// </remarks>
internal sealed class EventScorer(int height, int width, IReadOnlyList<int> scales)
{
    private readonly EventSums sums = new(height, width);
    private readonly int[][] windows = [.. scales.Select(_ => new int[height * width])]; // of the observation
    private readonly int[] counted = new int[height * width]; // -1 where a cell counts
    private readonly int[] happened = new int[height * width];
    private readonly int[] expected = new int[height * width];
    private readonly int[] votes = new int[height * width];
    private readonly int[] line = new int[width];

    /// <summary>Scores members against an observation.</summary>
    public EventScores Score(ReadOnlySpan<double> members, ReadOnlySpan<double> observed, RainEvent rain)
    {
        var (cells, count) = (observed.Length, CellChecks.RequireMembers(members.Length, observed.Length));
        var excludes = rain.Missing == MissingCells.Excluded;
        var shared = !excludes || AllCount(members, observed);
        var (table, fractions) = (default(CategoricalTable), new FractionsSkill[scales.Count]);
        Array.Clear(votes);
        for (var member = 0; member < count; member++)
        {
            var one = members.Slice(member * cells, cells);
            if (member == 0 || !shared)
            {
                Observe(shared ? observed : one, observed, rain);
            }

            Find(one, rain, expected);
            table += Count();
            sums.Set(expected);
            for (var s = 0; s < fractions.Length; s++)
            {
                fractions[s] += Fractions(s);
            }
        }

        return new(table, fractions, shared && excludes ? Probabilities(count) : NowcastMetrics.EnsembleProbabilities(members, observed, rain));
    }

    // Whether members are known wherever the observation is: then the same cells count for all of them.
    private static bool AllCount(ReadOnlySpan<double> members, ReadOnlySpan<double> observed)
    {
        for (var start = 0; start < members.Length; start += observed.Length)
        {
            var one = members.Slice(start, observed.Length);
            for (var i = 0; i < one.Length; i++)
            {
                if (double.IsNaN(one[i]) && !double.IsNaN(observed[i]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Observe(ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, RainEvent rain)
    {
        for (var i = 0; i < counted.Length; i++)
        {
            counted[i] = rain.Counts(forecast[i], observed[i]) ? -1 : 0;
        }

        Find(observed, rain, happened);
        sums.Set(happened);
        for (var s = 0; s < windows.Length; s++)
        {
            for (var row = 0; row < height; row++)
            {
                var start = row * width;
                sums.Windows(row, scales[s], line);
                for (var column = 0; column < width; column++)
                {
                    windows[s][start + column] = line[column] & counted[start + column];
                }
            }
        }
    }

    private void Find(ReadOnlySpan<double> values, RainEvent rain, int[] events)
    {
        var (limit, reaches, half) = (new Vector<double>(rain.Threshold), rain.Comparison == EventComparison.AtLeast, Vector<double>.Count);
        var i = 0;
        for (; i <= events.Length - (2 * half); i += 2 * half)
        {
            var (low, high) = (new Vector<double>(values[i..]), new Vector<double>(values[(i + half)..]));
            var occurs = reaches
                ? Vector.Narrow(Vector.GreaterThanOrEqual(low, limit), Vector.GreaterThanOrEqual(high, limit))
                : Vector.Narrow(Vector.GreaterThan(low, limit), Vector.GreaterThan(high, limit));
            (occurs & new Vector<int>(counted, i)).CopyTo(events, i);
        }

        for (; i < events.Length; i++)
        {
            events[i] = rain.Occurs(values[i]) ? counted[i] : 0;
        }
    }

    // Also adds the member's votes.
    private CategoricalTable Count()
    {
        var (hits, misses, alarms, all) = (Vector<int>.Zero, Vector<int>.Zero, Vector<int>.Zero, Vector<int>.Zero);
        var i = 0;
        for (; i <= expected.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var (f, o) = (new Vector<int>(expected, i), new Vector<int>(happened, i));
            (hits, misses, alarms, all) = (hits - (f & o), misses - Vector.AndNot(o, f), alarms - Vector.AndNot(f, o), all - new Vector<int>(counted, i));
            (new Vector<int>(votes, i) - f).CopyTo(votes, i);
        }

        double h = Vector.Sum(hits), m = Vector.Sum(misses), a = Vector.Sum(alarms), n = Vector.Sum(all);
        for (; i < expected.Length; i++)
        {
            var (f, o) = (-expected[i], -happened[i]);
            (h, m, a, n) = (h + (f * o), m + ((1 - f) * o), a + (f * (1 - o)), n - counted[i]);
            votes[i] += f;
        }

        return new(h, m, a, n - h - m - a);
    }

    private FractionsSkill Fractions(int s)
    {
        long forecast = 0, products = 0, observed = 0;
        for (var row = 0; row < height; row++)
        {
            sums.Windows(row, scales[s], line);
            var (f, p, o) = Squares(windows[s].AsSpan(row * width, width), counted.AsSpan(row * width, width), scales[s]);
            (forecast, products, observed) = (forecast + f, products + p, observed + o);
        }

        var cells = Math.Pow(scales[s], 4);
        return new(forecast / cells, products / cells, observed / cells);
    }

    // Σ f², Σ f o and Σ o² of a row's windows. A lane sums in 32 bits where they are enough.
    private (long Forecast, long Products, long Observed) Squares(ReadOnlySpan<int> truth, ReadOnlySpan<int> counts, int scale)
    {
        var (ff, fo, oo, i) = (Vector<int>.Zero, Vector<int>.Zero, Vector<int>.Zero, 0);
        if (Math.Pow(scale, 4) * (width / Vector<int>.Count) < int.MaxValue)
        {
            for (; i <= line.Length - Vector<int>.Count; i += Vector<int>.Count)
            {
                var (f, o) = (new Vector<int>(line, i) & new Vector<int>(counts[i..]), new Vector<int>(truth[i..]));
                (ff, fo, oo) = (ff + (f * f), fo + (f * o), oo + (o * o));
            }
        }

        long forecast = 0, products = 0, observed = 0;
        for (var lane = 0; lane < Vector<int>.Count; lane++)
        {
            (forecast, products, observed) = (forecast + ff[lane], products + fo[lane], observed + oo[lane]);
        }

        for (; i < line.Length; i++)
        {
            long f = line[i] & counts[i], o = truth[i];
            (forecast, products, observed) = (forecast + (f * f), products + (f * o), observed + (o * o));
        }

        return (forecast, products, observed);
    }

    private ProbabilityTable Probabilities(int count)
    {
        var (given, events, table) = (new long[count + 1], new long[count + 1], new ProbabilityTable());
        for (var i = 0; i < votes.Length; i++)
        {
            given[votes[i]] -= counted[i];
            events[votes[i]] -= happened[i];
        }

        for (var share = 0; share <= count; share++)
        {
            table.Add((double)share / count, given[share], events[share]);
        }

        return table;
    }
}
