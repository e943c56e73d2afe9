namespace Deep.Experiments;

/// <summary>What a training run came to.</summary>
/// <param name="Plan">The run.</param>
/// <param name="TrainLoss">Mean loss of the last tenth of the steps; null where the run broke down.</param>
/// <param name="ValidationLoss">Mean cross entropy on training pictures kept apart, to tune by; null where there are none.</param>
/// <param name="TestLoss">Mean cross entropy on the test pictures; null where the run broke down.</param>
/// <param name="TestAccuracy">Top-1 share on the test pictures; null where the run broke down.</param>
/// <param name="ClippedShare">Share of clipped units over the last tenth of the steps.</param>
/// <param name="BrokeDownAt">The step whose loss or gradient was not finite; null where there was none.</param>
/// <param name="Seconds">Wall-clock seconds of one thread.</param>
internal sealed record TrainingOutcome(
    TrainingPlan Plan, double? TrainLoss, double? ValidationLoss, double? TestLoss, double? TestAccuracy, double ClippedShare, long? BrokeDownAt,
    double Seconds) : IOutcome<TrainingPlan>
{
    private const double Chance = 2.302585092994046;

    /// <summary>Whether it came to its end with a loss clearly below that of guessing, ln 10.</summary>
    public bool HasLearned => TrainLoss < Chance - 0.1;
}
