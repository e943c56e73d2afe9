using System.Globalization;
using Deep.Training.Plots;

namespace Deep.Experiments;

/// <summary>The tables of <see cref="ClippingClaim"/>, in Markdown.</summary>
internal static class ClippingReport
{
    /// <summary>A table for each batch: test accuracy in percent, median (range), by rate and factor.</summary>
    public static string Tables(ClippingClaim claim, Func<TrainingPlan, TrainingOutcome> outcome)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var (batch, steps) in ClippingClaim.Batches)
        {
            var settings = ClippingClaim.ClipFactors.ToDictionary(factor => factor, factor => claim.ByRate(batch, factor, outcome));
            text.WriteLine($"Batch {batch}, {steps} steps:");
            text.WriteLine();
            text.WriteLine($"| peak rate | {string.Join(" | ", ClippingClaim.ClipFactors.Select(Name))} |");
            text.WriteLine($"| ---: |{string.Concat(Enumerable.Repeat(" --- |", settings.Count))}");
            foreach (var rate in settings.Values.SelectMany(runs => runs.Keys).Distinct().Order())
            {
                text.WriteLine($"| {rate.ToString(CultureInfo.InvariantCulture)} | {string.Join(" | ", settings.Values.Select(runs => runs.TryGetValue(rate, out var summary) ? summary.Accuracy() : ""))} |");
            }

            text.WriteLine($"| **largest stable** | {string.Join(" | ", settings.Values.Select(runs => LargestStable(runs).ToString(CultureInfo.InvariantCulture)))} |");
            text.WriteLine();
        }

        return text.ToString();
    }

    /// <summary>Test accuracy over the learning rate, a panel for each batch, a curve for each factor.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Figure(ClippingClaim claim, Func<TrainingPlan, TrainingOutcome> outcome) => ComparisonFigure.DrawRow(
    [
        .. ClippingClaim.Batches.Select(batch => new ComparisonFigure
        {
            Title = $"batch {batch.Batch}, {batch.Steps} steps",
            XLabel = "peak learning rate (logarithmic)",
            YLabel = "test accuracy, %: median and range of three seeds",
            XScale = AxisScale.Logarithmic,
            Width = 700,
            Height = 560,
            Series =
            [
                .. ClippingClaim.ClipFactors.Select(factor => new ComparisonSeries(
                    Name(factor),
                    [.. claim.ByRate(batch.Batch, factor, outcome).Select(rate => new ComparisonPoint(rate.Key, rate.Value.Accuracies))])),
            ],
        }),
    ]);

    /// <summary>The name of a clip factor.</summary>
    public static string Name(double factor) =>
        factor == 0 ? "no clipping" : string.Create(CultureInfo.InvariantCulture, $"λ = {factor}");

    // Stable: every seed learns, here and at all smaller rates.
    private static double LargestStable(SortedDictionary<double, SeedSummary> runs) =>
        runs.TakeWhile(rate => rate.Value.AllLearned).Select(rate => rate.Key).LastOrDefault();
}
