using System.Globalization;
using ScottPlot;

namespace Deep.Experiments;

/// <summary>The tables of <see cref="MultiplicityClaim"/>, in Markdown.</summary>
internal static class MultiplicityReport
{
    /// <summary>Test loss over K, a curve for each comparison.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Figure(MultiplicityClaim claim, Func<TrainingPlan, TrainingOutcome> outcome) => RangePlot.Draw(
    [
        new RangePlot.Panel(
            "augmentation multiplicity, each K at its best rate", "K, copies of each picture", "test loss: median and range of three seeds", Alignment.UpperLeft,
            [
                .. MultiplicityClaim.Settings.Select(setting => new RangePlot.Curve(
                    setting.Name,
                    [
                        .. MultiplicityClaim.Copies.Select(copies => (
                            (double)copies, new SeedSummary([.. claim.Plans(setting, copies, outcome).Select(outcome)]).Losses)),
                    ])),
            ]),
    ]);

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
