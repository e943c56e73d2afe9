using Deep.Training;
using Deep.Training.Plots;

namespace Deep.Cli.Training;

/// <summary>Draws loss, accuracy and learning rate over the epochs of a training run.</summary>
internal static class CurvesPlot
{
    /// <summary>Draws the curves of the tests so far.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<EpochRecord> history) => TrainingCurves.Draw([.. history.Select(Report)]);

    private static TrainingProgress Report(EpochRecord record) => new()
    {
        Step = record.Step,
        Steps = record.Step,
        Epoch = record.Epoch,
        Loss = record.TrainLoss,
        Accuracy = record.TrainAccuracy,
        LearningRate = record.LearningRate,
        ItemsPerSecond = record.ItemsPerSecond,
        Elapsed = TimeSpan.FromSeconds(record.Seconds),
        Remaining = TimeSpan.Zero,
        ClippedShare = record.ClippedShare,
        SkippedSteps = 0,
        Evaluation = new Evaluation(record.TestLoss, record.TestAccuracy, 0),
    };
}
