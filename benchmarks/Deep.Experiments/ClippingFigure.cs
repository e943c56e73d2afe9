using Deep.Cli.Reporting;
using ScottPlot;

namespace Deep.Experiments;

/// <summary>Draws test accuracy against learning rate, with and without clipping: medians, and the range over the seeds.</summary>
internal static class ClippingFigure
{
    /// <summary>The figure.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<ClippingRun> runs)
    {
        var plot = new Plot();
        foreach (var (factor, color) in new[] { (0.01, Colors.SteelBlue), (0.0, Colors.OrangeRed) })
        {
            // A run that broke down classifies no better than chance.
            var points = runs.Where(run => run.ClipFactor == factor).GroupBy(run => run.LearningRate).OrderBy(group => group.Key)
                .Select(group => (Rate: Math.Log10(group.Key), Values: group.Select(run => 100 * (run.TestAccuracy ?? 0.1)).Order().ToArray()))
                .ToArray();
            double[] rates = [.. points.Select(point => point.Rate)];
            var range = plot.Add.FillY(rates, [.. points.Select(point => point.Values[0])], [.. points.Select(point => point.Values[^1])]);
            range.FillColor = color.WithAlpha(0.2);
            range.LineWidth = 0;
            var curve = plot.Add.Scatter(rates, [.. points.Select(point => point.Values[point.Values.Length / 2])], color);
            curve.LegendText = factor > 0 ? $"adaptive gradient clipping, λ = {factor}" : "no clipping (breaks down to chance, 10 %)";
            curve.LineWidth = 2;
            curve.MarkerSize = 8;
        }

        double[] ticks = [.. runs.Select(run => run.LearningRate).Distinct().Order()];
        plot.Axes.Bottom.SetTicks([.. ticks.Select(Math.Log10)], [.. ticks.Select(rate => rate.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        plot.XLabel("peak learning rate (batch 1,024)");
        plot.YLabel("test accuracy, % (median and range of three seeds)");
        plot.Title("With adaptive gradient clipping, large learning rates train");
        plot.ShowLegend(Alignment.LowerLeft);
        EmbeddedFont.Use(plot);
        return plot.GetImageBytes(900, 560, ImageFormat.Png);
    }
}
