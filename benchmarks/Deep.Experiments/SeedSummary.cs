using System.Globalization;

namespace Deep.Experiments;

/// <summary>The runs of one setting, over its seeds.</summary>
/// <param name="Runs">One for each seed.</param>
internal sealed record SeedSummary(IReadOnlyList<TrainingOutcome> Runs)
{
    /// <summary>Whether every seed came to its end and learned.</summary>
    public bool AllLearned => Runs.All(run => run.HasLearned);

    /// <summary>Whether any seed learned.</summary>
    public bool AnyLearned => Runs.Any(run => run.HasLearned);

    /// <summary>Test accuracy of each seed in percent, ascending; a run that broke down names no more than chance does.</summary>
    public double[] Accuracies => [.. Runs.Select(run => 100 * (run.TestAccuracy ?? 0.1)).Order()];

    /// <summary>Test loss of each seed, ascending.</summary>
    public double[] Losses => [.. Runs.Select(run => run.TestLoss ?? double.NaN).Order()];

    /// <summary>The middle of sorted values.</summary>
    public static double Median(double[] sorted) => sorted[sorted.Length / 2];

    /// <summary>Median and range of the accuracies, for a table.</summary>
    public string Accuracy() => Runs.All(run => run.BrokeDownAt is not null)
        ? "broke down"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Median(Accuracies):F1} ({Accuracies[0]:F1} – {Accuracies[^1]:F1}){(AllLearned ? "" : AnyLearned ? " †" : " ‡")}");

    /// <summary>Median and range of the test losses, for a table.</summary>
    public string Loss() => string.Create(
        CultureInfo.InvariantCulture, $"{Median(Losses):F3} ({Losses[0]:F3} – {Losses[^1]:F3})");
}
