using System.Globalization;
using Deep.Training.Plots;

namespace Deep.Experiments;

/// <summary>The tables of <see cref="MultiplicityClaim"/>, in Markdown.</summary>
internal static class MultiplicityReport
{
    /// <summary>Test loss over K, a curve for each comparison.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Figure(MultiplicityClaim claim, Func<TrainingPlan, TrainingOutcome> outcome) => new ComparisonFigure
    {
        Title = "augmentation multiplicity, each K at its best rate",
        XLabel = "K, copies of each picture",
        YLabel = "test loss: median and range of three seeds",
        XScale = AxisScale.Logarithmic,
        Width = 800,
        Height = 560,
        Series =
        [
            .. MultiplicityClaim.Settings.Select(setting => new ComparisonSeries(
                setting.Name,
                [
                    .. MultiplicityClaim.Copies.Select(copies => new ComparisonPoint(
                        copies, new SeedSummary([.. claim.Plans(setting, copies, outcome).Select(outcome)]).Losses)),
                ])),
        ],
    }.Draw();

    /// <summary>A table for each comparison: cost, best rate, test loss and accuracy by K.</summary>
    public static string Tables(MultiplicityClaim claim, Func<TrainingPlan, TrainingOutcome> outcome)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var setting in MultiplicityClaim.Settings)
        {
            text.WriteLine($"{setting.Name}:");
            text.WriteLine();
            text.WriteLine("| K | batch | updates | gradient evaluations | unique passes | best rate | training loss | test loss | test accuracy, % |");
            text.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |");
            foreach (var copies in MultiplicityClaim.Copies)
            {
                var plans = claim.Plans(setting, copies, outcome);
                var runs = new SeedSummary([.. plans.Select(outcome)]);
                var budget = plans[0].Budget();
                var train = SeedSummary.Median([.. runs.Runs.Select(run => run.TrainLoss ?? double.NaN).Order()]);
                text.WriteLine(
                    $"| {copies} | {plans[0].Batch().BatchSize} | {budget.Updates:N0} | {budget.GradientEvaluations:N0} | {budget.UniquePasses:F1} | {plans[0].LearningRate} | {train:F3} | {runs.Loss()} | {runs.Accuracy()} |");
            }

            text.WriteLine();
        }

        return text.ToString();
    }
}
