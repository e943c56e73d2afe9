namespace Deep.Nowcast;

/// <summary>How cases are drawn anew to say how sure a difference is.</summary>
/// <remarks>Forecasts of the same hours are alike: what is drawn are blocks of time, not cases.</remarks>
public sealed record ResamplingOptions
{
    /// <summary>Blocks of an hour, all of them, 2000 draws: for a handful of events.</summary>
    public static ResamplingOptions Default { get; } = new();

    /// <summary>As in the paper: weeks, every other of them.</summary>
    public static ResamplingOptions Dgmr { get; } = new() { Block = TimeSpan.FromDays(7), EveryOther = true };

    /// <summary>The length of a block of time; cases that start within it are drawn together. Default 1 hour.</summary>
    public TimeSpan Block { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether every other block is left out, so that those that are drawn are further apart. Default no.</summary>
    public bool EveryOther { get; init; }

    /// <summary>Draws of the bootstrap and of the permutations. Default 2000. Where there are fewer permutations, all are made.</summary>
    public int Draws { get; init; } = 2000;

    /// <summary>The share of the draws that the interval holds. Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>The seed of the draws. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public void Validate()
    {
        Require.That(Block > TimeSpan.Zero, "ResamplingOptions.Block", "above 0", Block);
        Require.That(Draws is >= 1 and <= 1_000_000, "ResamplingOptions.Draws", "1 to 1000000", Draws);
        Require.That(Confidence is > 0 and < 1, "ResamplingOptions.Confidence", "above 0 and below 1", Confidence);
    }
}
