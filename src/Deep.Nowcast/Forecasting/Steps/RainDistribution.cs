namespace Deep.Nowcast;

/// <summary>The observed distribution of rain, and how a simulated field is given it.</summary>
internal sealed class RainDistribution
{
    private readonly float[] descending;
    private readonly double mean;

    /// <summary>The distribution of a field.</summary>
    /// <param name="decibels">Cells; <see cref="DecibelRain.Dry"/> where it does not rain.</param>
    public RainDistribution(float[] decibels)
    {
        descending = [.. decibels.Where(IsWet)];
        Array.Sort(descending);
        Array.Reverse(descending);
        mean = descending.Length == 0 ? 0 : descending.Average();
    }

    /// <summary>How many cells are wet.</summary>
    public int Wet => descending.Length;

    /// <summary>Gives a simulated field the distribution, in place.</summary>
    /// <param name="field">Cells in decibels; <see cref="DecibelRain.Dry"/> or below where it cannot rain.</param>
    /// <param name="matching">How.</param>
    public void Apply(float[] field, ProbabilityMatching matching)
    {
        if (matching == ProbabilityMatching.Distribution)
        {
            MatchRanks(field);
        }
        else if (matching == ProbabilityMatching.MeanShift)
        {
            Shift(field);
        }
    }

    private static bool IsWet(float decibels) => decibels > DecibelRain.Dry + 1e-3;

    private void MatchRanks(float[] field)
    {
        var count = field.Count(IsWet);
        var (values, places) = (new float[count], new int[count]);
        for (int i = 0, n = 0; i < field.Length; i++)
        {
            if (IsWet(field[i]))
            {
                (values[n], places[n++]) = (-field[i], i);
            }

            field[i] = (float)DecibelRain.Dry;
        }

        Array.Sort(values, places);
        for (var n = 0; n < Math.Min(count, descending.Length); n++)
        {
            field[places[n]] = descending[n];
        }
    }

    private void Shift(float[] field)
    {
        var wet = field.Where(value => value >= -10).ToArray();
        if (wet.Length == 0)
        {
            return;
        }

        var shift = (float)(mean - wet.Average());
        for (var i = 0; i < field.Length; i++)
        {
            field[i] = field[i] >= -10 ? field[i] + shift : (float)DecibelRain.Dry;
        }
    }
}
