namespace Deep.Training;

/// <summary>How often a schedule begins again at its highest rate (warm restarts, 1608.03983).</summary>
/// <remarks>Immutable, safe for many threads.</remarks>
public sealed record RestartCycles
{
    /// <summary>One cycle and no restart.</summary>
    public static RestartCycles Once { get; } = new();

    /// <summary>The cycles, 1 or more; after the last one the rate stays at its minimum.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The length of a cycle in lengths of the one before it, 1 or more; T_mult of the paper.</summary>
    public double LengthFactor { get; init; } = 1;

    /// <summary>The highest rate of a cycle in that of the one before it, above 0 and at most 1.</summary>
    public double RateFactor { get; init; } = 1;

    internal RestartCycles Validated()
    {
        if (Count < 1)
        {
            throw new ConfigurationException("RestartCycles.Count", "1 or more", Count);
        }

        if (!(LengthFactor >= 1 && double.IsFinite(LengthFactor)))
        {
            throw new ConfigurationException("RestartCycles.LengthFactor", "a finite number of 1 or more", LengthFactor);
        }

        return RateFactor is > 0 and <= 1
            ? this
            : throw new ConfigurationException("RestartCycles.RateFactor", "above 0 and at most 1", RateFactor);
    }

    // The cycle of a step and the share of that cycle which has passed; a cycle begins where the last one ended.
    internal (double Cycle, double Progress) At(long step, double firstLength)
    {
        var lengths = step / firstLength;
        var cycle = LengthFactor == 1
            ? Math.Floor(lengths)
            : Math.Floor(Math.Log(1 + (lengths * (LengthFactor - 1))) / Math.Log(LengthFactor));

        // The logarithm may miss a boundary by its last digit.
        if (Start(cycle + 1) <= lengths)
        {
            cycle++;
        }
        else if (Start(cycle) > lengths)
        {
            cycle--;
        }

        return (cycle, (lengths - Start(cycle)) / Math.Pow(LengthFactor, cycle));
    }

    private double Start(double cycle) =>
        LengthFactor == 1 ? cycle : (Math.Pow(LengthFactor, cycle) - 1) / (LengthFactor - 1);
}
