namespace Deep.Nowcast;

public sealed partial class NowcastEnsemble
{
    /// <summary>The mean of the members.</summary>
    /// <param name="leadMinutes">Minutes after the last observation, a multiple of the cadence.</param>
    /// <returns>[H, W], mm/h.</returns>
    /// <exception cref="ConfigurationException">No step has this lead time.</exception>
    public float[,] Mean(int leadMinutes) => OfStep(leadMinutes, Average);

    /// <summary>The part of the members with at least so much rain.</summary>
    /// <param name="leadMinutes">Minutes after the last observation, a multiple of the cadence.</param>
    /// <param name="mmPerHour">The threshold; a member that has just this counts.</param>
    /// <returns>[H, W], 0 to 1.</returns>
    /// <exception cref="ConfigurationException">No step has this lead time, or the threshold is no number.</exception>
    public float[,] ExceedanceProbability(int leadMinutes, double mmPerHour)
    {
        Require.That(!double.IsNaN(mmPerHour), nameof(mmPerHour), "a number", mmPerHour);
        return OfStep(leadMinutes, members => Part(members, mmPerHour));
    }

    /// <summary>A quantile of the members, linear between two of them.</summary>
    /// <param name="leadMinutes">Minutes after the last observation, a multiple of the cadence.</param>
    /// <param name="q">0 (the least) to 1 (the most).</param>
    /// <returns>[H, W], mm/h.</returns>
    /// <exception cref="ConfigurationException">No step has this lead time, or q is out of its range.</exception>
    public float[,] Quantile(int leadMinutes, double q)
    {
        Require.That(q is >= 0 and <= 1, nameof(q), "0 to 1", q);
        return OfStep(leadMinutes, members => At(members, q));
    }

    /// <summary>The rain of one member that falls between two lead times.</summary>
    /// <param name="member">The member, from 0.</param>
    /// <param name="fromMinutes">Where it begins, a multiple of the cadence; 0 is the last observation.</param>
    /// <param name="toMinutes">Where it ends, a multiple of the cadence.</param>
    /// <returns>[H, W], mm. Each step's rate holds for the cadence before it; NaN where one of them is not known.</returns>
    /// <exception cref="ConfigurationException">The lead times are no steps, or not in order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such member.</exception>
    public float[,] Accumulation(int member, int fromMinutes, int toMinutes)
    {
        var (first, last) = StepsBetween(fromMinutes, toMinutes);
        Values(member, last);
        return Each((cell, _) => (float)Sum(member, cell, first, last), 1);
    }

    /// <summary>The mean over the members of the rain between two lead times.</summary>
    /// <param name="fromMinutes">Where it begins, a multiple of the cadence; 0 is the last observation.</param>
    /// <param name="toMinutes">Where it ends, a multiple of the cadence.</param>
    /// <returns>[H, W], mm.</returns>
    /// <exception cref="ConfigurationException">The lead times are no steps, or not in order.</exception>
    public float[,] MeanAccumulation(int fromMinutes, int toMinutes) => OfSums(fromMinutes, toMinutes, Average);

    /// <summary>The part of the members with at least so much rain between two lead times.</summary>
    /// <param name="fromMinutes">Where it begins, a multiple of the cadence; 0 is the last observation.</param>
    /// <param name="toMinutes">Where it ends, a multiple of the cadence.</param>
    /// <param name="millimetres">The threshold; a member that has just this counts.</param>
    /// <returns>[H, W], 0 to 1.</returns>
    /// <exception cref="ConfigurationException">The lead times are no steps, or not in order, or the threshold is no
    /// number.</exception>
    public float[,] AccumulationExceedance(int fromMinutes, int toMinutes, double millimetres)
    {
        Require.That(!double.IsNaN(millimetres), nameof(millimetres), "a number", millimetres);
        return OfSums(fromMinutes, toMinutes, members => Part(members, millimetres));
    }

    private static float Average(Span<float> members)
    {
        var sum = 0.0;
        foreach (var member in members)
        {
            sum += member;
        }

        return (float)(sum / members.Length);
    }

    private static float Part(ReadOnlySpan<float> members, double threshold)
    {
        var above = 0;
        foreach (var member in members)
        {
            above += member >= threshold ? 1 : 0;
        }

        return (float)above / members.Length;
    }

    private static float At(Span<float> members, double q)
    {
        members.Sort();
        var place = q * (members.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, members.Length - 1);
        return (float)(members[below] + ((place - below) * (members[above] - members[below])));
    }

    private delegate float Statistic(Span<float> members);

    private float[,] OfStep(int leadMinutes, Statistic statistic)
    {
        var step = StepAt(leadMinutes);
        return Each((cell, scratch) =>
        {
            var known = 0;
            for (var member = 0; member < Members; member++)
            {
                var value = values[(((long)(member * Steps) + step) * Cells) + cell];
                if (!float.IsNaN(value))
                {
                    scratch[known++] = value;
                }
            }

            return known == 0 ? float.NaN : statistic(scratch.AsSpan(0, known));
        }, Members);
    }

    private float[,] OfSums(int fromMinutes, int toMinutes, Statistic statistic)
    {
        var (first, last) = StepsBetween(fromMinutes, toMinutes);
        return Each((cell, scratch) =>
        {
            var known = 0;
            for (var member = 0; member < Members; member++)
            {
                var sum = Sum(member, cell, first, last);
                if (!double.IsNaN(sum))
                {
                    scratch[known++] = (float)sum;
                }
            }

            return known == 0 ? float.NaN : statistic(scratch.AsSpan(0, known));
        }, Members);
    }

    private float[,] Each(Func<int, float[], float> of, int members)
    {
        var result = new float[Grid.Height, Grid.Width];
        Parallel.For(0, Grid.Height, () => new float[members], (row, _, scratch) =>
        {
            for (var column = 0; column < Grid.Width; column++)
            {
                result[row, column] = of((row * Grid.Width) + column, scratch);
            }

            return scratch;
        }, _ => { });
        return result;
    }

    private double Sum(int member, int cell, int first, int last)
    {
        var sum = 0.0;
        for (var step = first; step <= last; step++)
        {
            sum += values[(((long)(member * Steps) + step) * Cells) + cell];
        }

        return sum * Cadence.TotalHours;
    }

    private (int First, int Last) StepsBetween(int fromMinutes, int toMinutes)
    {
        var last = StepAt(toMinutes);
        var first = fromMinutes == 0 ? 0 : StepAt(fromMinutes) + 1;
        Require.That(first <= last, nameof(fromMinutes), $"below {toMinutes} minutes", fromMinutes);
        return (first, last);
    }
}
