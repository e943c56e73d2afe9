using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>Passes a trainer's reports on: to the display at once, to the run's folder after each test.</summary>
/// <param name="display">The bar or the plain lines.</param>
/// <param name="folder">The run's folder.</param>
/// <param name="terms">What is counted.</param>
/// <param name="warn">Told of what went wrong without ending the run.</param>
internal sealed class TrainingReport(IProgressDisplay display, RunFolder folder, TrainingTerms terms, Action<string> warn)
    : IRunLog
{
    // Losses and accuracies of the reports since the last epoch was written, weighted by their steps.
    private double loss;
    private double accuracy;
    private long weight;
    private long lastStep;

    /// <summary>The step after which the run was last saved, or from which it went on; null: it was not.</summary>
    public long? SavedStep { get; private set; }

    public void Report(TrainingProgress progress)
    {
        Count(progress);
        display.Report((double)progress.Step / progress.Steps, string.Create(
            CultureInfo.InvariantCulture,
            $"{terms.Place(progress)}  loss {progress.Loss:F3}{Share("accuracy", progress.Accuracy, "F1")}  {Pace(progress)}"));
        if (progress.Evaluation is { } test)
        {
            var epoch = Finish(progress, test);
            folder.Add(epoch);
            display.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{terms.Place(progress)}  loss {epoch.TrainLoss:F4}{Share("accuracy", epoch.TrainAccuracy, "F2")}  "
                + $"test loss {test.Loss:F4}{Share("test accuracy", test.Accuracy, "F2")}  {Pace(progress)}"));
        }
    }

    public void Report(TrainingEvent happened)
    {
        switch (happened.Kind)
        {
            case TrainingEventKind.Saved:
                SavedStep = happened.Step;
                break;
            case TrainingEventKind.Resumed:
                SavedStep = happened.Step;
                Restore();
                display.Note(happened.Message);
                break;
            case TrainingEventKind.DamagedCheckpoint or TrainingEventKind.UnreadablePicture:
                warn(happened.Message);
                break;
            default:
                display.Note(happened.Message);
                break;
        }
    }

    // Forecasts have no right answers to count.
    private static string Share(string name, double share, string digits) =>
        double.IsNaN(share) ? "" : $"  {name} {(100 * share).ToString(digits, CultureInfo.InvariantCulture),5} %";

    private string Pace(TrainingProgress value)
    {
        var left = value.Remaining.ToString(
            value.Remaining.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{value.ItemsPerSecond,5:F0} {terms.Items}/s  {left} left");
    }

    // The log has already been cut back to the checkpoint, so what it holds is the run so far.
    private void Restore()
    {
        var records = new List<EpochRecord>();
        foreach (var report in JsonLinesLog.Read(folder.LogFile))
        {
            Count(report);
            if (report.Evaluation is { } test)
            {
                records.Add(Finish(report, test));
            }
        }

        folder.Restore(records);
    }

    private void Count(TrainingProgress progress)
    {
        var steps = progress.Step - lastStep;
        lastStep = progress.Step;
        if (!double.IsNaN(progress.Loss))
        {
            loss += steps * progress.Loss;
            accuracy += steps * progress.Accuracy;
            weight += steps;
        }
    }

    private EpochRecord Finish(TrainingProgress progress, Evaluation test)
    {
        var epoch = new EpochRecord(
            Math.Round(progress.Epoch, 3), progress.Step, progress.LearningRate, loss / weight, accuracy / weight,
            test.Loss, test.Accuracy, progress.ClippedShare, Math.Round(progress.ItemsPerSecond, 1),
            Math.Round(progress.Elapsed.TotalSeconds, 1));
        (loss, accuracy, weight) = (0, 0, 0);
        return epoch;
    }
}
