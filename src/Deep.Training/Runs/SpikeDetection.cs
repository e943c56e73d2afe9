namespace Deep.Training;

/// <summary>Notices steps whose loss or gradient is far above what it was: the first sign of a run that diverges.</summary>
public sealed record SpikeDetection
{
    /// <summary>The steps over which the median is taken, 4 to 10,000; default 50. No step is judged before there are as many.</summary>
    public int Window { get; init; } = 50;

    /// <summary>A step is a spike above this many times the median; a finite number above 1, default 5.</summary>
    public double Factor { get; init; } = 5;

    /// <summary>Whether a spike ends the run with an error; by default it is an event only.</summary>
    public bool StopsRun { get; init; }

    internal void Validate()
    {
        Require(Window is >= 4 and <= 10_000, nameof(Window), "from 4 to 10,000", Window);
        Require(Factor > 1 && double.IsFinite(Factor), nameof(Factor), "a finite number above 1", Factor);
    }

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(SpikeDetection)}.{setting}", expected, found);
        }
    }
}
