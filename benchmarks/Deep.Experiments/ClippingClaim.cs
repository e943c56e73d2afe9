namespace Deep.Experiments;

/// <summary>
/// Adaptive gradient clipping is worth it (2102.06171, figure 2, in small): two batch sizes, peak learning rates that double
/// until training breaks, four clip factors and none, three seeds; everything else is the same.
/// </summary>
internal sealed class ClippingClaim(int pictures) : IClaim<TrainingPlan, TrainingOutcome>
{
    private const double FirstRate = 0.1;
    private const double LastRate = 205;

    /// <summary>Batch sizes, each with the updates of a run.</summary>
    public static IReadOnlyList<(int Batch, long Steps)> Batches { get; } = [(256, 60), (1024, 24)];

    /// <summary>Lambda; 0 for none.</summary>
    public static IReadOnlyList<double> ClipFactors { get; } = [0, 0.01, 0.02, 0.04, 0.08];

    /// <summary>The seeds of each setting.</summary>
    public static IReadOnlyList<int> Seeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public void Run(Func<TrainingPlan, TrainingOutcome> outcome, Predicate<int> isMine)
    {
        var settings = (from factor in ClipFactors from batch in Batches select (batch.Batch, factor)).ToArray();
        for (var i = 0; i < settings.Length; i++)
        {
            if (isMine(i))
            {
                ByRate(settings[i].Batch, settings[i].factor, outcome);
            }
        }
    }

    /// <summary>The runs of a batch and a factor, at rates that grow until no seed learns any more.</summary>
    public SortedDictionary<double, SeedSummary> ByRate(int batch, double factor, Func<TrainingPlan, TrainingOutcome> outcome)
    {
        var steps = Batches.Single(known => known.Batch == batch).Steps;
        var runs = new SortedDictionary<double, SeedSummary>();
        for (var rate = FirstRate; rate < LastRate && (runs.Count == 0 || runs.Values.Last().AnyLearned); rate *= 2)
        {
            runs[rate] = new SeedSummary(
                [.. Seeds.Select(seed => outcome(new TrainingPlan(pictures, batch, 1, steps, rate, factor, seed)))]);
        }

        return runs;
    }

    /// <inheritdoc/>
    public string Tables(Func<TrainingPlan, TrainingOutcome> outcome) => ClippingReport.Tables(this, outcome);

    /// <inheritdoc/>
    public byte[] Figure(Func<TrainingPlan, TrainingOutcome> outcome) => ClippingReport.Figure(this, outcome);
}
