namespace Deep.Training;

/// <summary>Ends a run when its evaluations no longer improve.</summary>
public sealed record EarlyStop
{
    /// <summary>How many evaluations in a row may bring no improvement before the run ends; 1 or more, default 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>By how much an evaluation must be better than the best before it to count, 0 or more; default 0.</summary>
    public double MinimumChange { get; init; }

    /// <summary>What is to improve; the loss of the evaluation by default.</summary>
    public EvaluationMeasure Measure { get; init; } = EvaluationMeasure.Loss;

    internal void Validate()
    {
        Require(Patience >= 1, nameof(Patience), "1 or more", Patience);
        Require(
            MinimumChange >= 0 && double.IsFinite(MinimumChange), nameof(MinimumChange), "a finite number of 0 or more",
            MinimumChange);
        Require(Measure is not null, nameof(Measure), "a measure", null);
    }

    private static void Require(bool holds, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(EarlyStop)}.{setting}", expected, found);
        }
    }
}
