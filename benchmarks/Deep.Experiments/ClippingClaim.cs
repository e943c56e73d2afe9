namespace Deep.Experiments;

/// <summary>
/// Adaptive gradient clipping is worth it (2102.06171, figure 2, in small): two batch sizes, peak learning rates that double
/// until training breaks, four clip factors and none, three seeds; everything else is the same.
/// </summary>
internal sealed class ClippingClaim(int pictures)
{
    private const double FirstRate = 0.1;
    private const double LastRate = 205;

    /// <summary>Batch sizes, each with the updates of a run.</summary>
    public static IReadOnlyList<(int Batch, long Steps)> Batches { get; } = [(256, 60), (1024, 24)];

    /// <summary>Lambda; 0 for none.</summary>
    public static IReadOnlyList<double> ClipFactors { get; } = [0, 0.01, 0.02, 0.04, 0.08];

    /// <summary>The seeds of each setting.</summary>
    public static IReadOnlyList<int> Seeds { get; } = [0, 1, 2];

    /// <summary>Each setting of batch and factor, with the runs at growing rates until no seed learns any more.</summary>
    /// <param name="outcome">Gives the outcome of a plan.</param>
    /// <param name="isMine">Which settings this process runs, by number.</param>
    public void RunAll(Func<TrainingPlan, TrainingOutcome> outcome, Predicate<int> isMine)
    {
        var settings = (from factor in ClipFactors from batch in Batches select (batch.Batch, batch.Steps, factor)).ToArray();
        for (var i = 0; i < settings.Length; i++)
        {
            var hasLearned = isMine(i);
            for (var rate = FirstRate; hasLearned && rate < LastRate; rate *= 2)
            {
                var (batch, steps, factor) = settings[i];
                hasLearned = Seeds
                    .Select(seed => outcome(new TrainingPlan(pictures, batch, 1, steps, rate, factor, 0, seed)))
                    .ToArray().Any(end => end.HasLearned);
            }
        }
    }
}
