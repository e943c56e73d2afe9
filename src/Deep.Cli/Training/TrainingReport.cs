using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>Passes a trainer's progress on: to the display at once, to the run's folder after each test.</summary>
/// <param name="display">The bar or the plain lines.</param>
/// <param name="folder">The run's folder.</param>
internal sealed class TrainingReport(IProgressDisplay display, RunFolder folder) : IProgress<TrainingProgress>
{
    // Losses and accuracies of the reports since the last epoch was written, weighted by their steps.
    private double loss;
    private double accuracy;
    private long weight;
    private long lastStep;

    public void Report(TrainingProgress value)
    {
        var steps = value.Step - lastStep;
        lastStep = value.Step;
        loss += steps * value.Loss;
        accuracy += steps * value.Accuracy;
        weight += steps;
        display.Report((double)value.Step / value.Steps, string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch:F1}  loss {value.Loss:F3}  accuracy {100 * value.Accuracy:F1} %  {Pace(value)}"));
        if (value.Evaluation is { } test)
        {
            Finish(value, test);
        }
    }

    private static string Pace(TrainingProgress value)
    {
        var left = value.Remaining.ToString(
            value.Remaining.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{value.ItemsPerSecond,5:F0} pictures/s  {left} left");
    }

    private void Finish(TrainingProgress value, Evaluation test)
    {
        var epoch = new EpochRecord(
            Math.Round(value.Epoch, 3), value.Step, value.LearningRate, loss / weight, accuracy / weight,
            test.Loss, test.Accuracy, value.ClippedShare, Math.Round(value.ItemsPerSecond, 1),
            Math.Round(value.Elapsed.TotalSeconds, 1));
        (loss, accuracy, weight) = (0, 0, 0);
        folder.Add(epoch);
        display.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch,5:F1}  loss {epoch.TrainLoss:F4}  accuracy {100 * epoch.TrainAccuracy,5:F2} %  "
            + $"test loss {test.Loss:F4}  test accuracy {100 * test.Accuracy,5:F2} %  {Pace(value)}"));
    }
}
