using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Training;
using ScottPlot;

namespace Deep.Cli.Training;

/// <summary>The log-log plot of a scaling grid.</summary>
internal static class ScalingFigure
{
    private const int Width = 900;
    private const int Height = 560;
    private const int CurvePoints = 60;

    /// <summary>The runs by width, the law of the frontier with its interval, and the run that was predicted.</summary>
    /// <param name="records">All runs.</param>
    /// <param name="law">The law.</param>
    /// <param name="prediction">The run that was held out; null for none.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<ScalingRecord> records, ScalingLaw law, ScalingPrediction? prediction)
    {
        var plot = new Plot();
        var (first, last) = (records.Min(record => record.Compute), records.Max(record => record.Compute) * 10);
        var curve = Enumerable.Range(0, CurvePoints)
            .Select(i => Math.Exp(Math.Log(first) + ((Math.Log(last) - Math.Log(first)) * i / (CurvePoints - 1)))).ToArray();
        double[] x = [.. curve.Select(Math.Log10)];
        if (law.Loss.Points > 2)
        {
            var band = plot.Add.FillY(
                x, [.. curve.Select(compute => Math.Log10(law.Loss.Interval(compute).Low))],
                [.. curve.Select(compute => Math.Log10(law.Loss.Interval(compute).High))]);
            band.FillColor = Colors.Gray.WithAlpha(0.15);
            band.LineWidth = 0;
            band.LegendText = "95 % interval of one run";
        }

        var line = plot.Add.ScatterLine(x, [.. curve.Select(compute => Math.Log10(law.Loss.At(compute)))], Colors.Black);
        line.LineWidth = 1.5f;
        line.LegendText = string.Create(CultureInfo.InvariantCulture, $"law of the frontier, exponent {law.Loss.Exponent:F3}");
        foreach (var width in records.Where(record => record.Cell != prediction?.Cell).GroupBy(record => record.Cell.Width).OrderBy(group => group.Key))
        {
            var runs = plot.Add.Scatter(
                width.Select(record => Math.Log10(record.Compute)).ToArray(),
                width.Select(record => Math.Log10(record.TestLoss)).ToArray());
            runs.LegendText = string.Create(CultureInfo.InvariantCulture, $"width x {width.Key}");
            runs.MarkerSize = 8;
            runs.LinePattern = LinePattern.Dotted;
        }

        if (prediction is not null && records.FirstOrDefault(record => record.Cell == prediction.Cell) is { } found)
        {
            var expected = plot.Add.Marker(Math.Log10(prediction.Compute), Math.Log10(prediction.Loss), MarkerShape.OpenDiamond, 14, Colors.Red);
            expected.LegendText = "held out: predicted before it was trained";
            var real = plot.Add.Marker(Math.Log10(found.Compute), Math.Log10(found.TestLoss), MarkerShape.FilledDiamond, 9, Colors.Red);
            real.LegendText = "held out: found";
        }

        Label(plot, [.. records.Select(record => record.TestLoss), law.Loss.At(last)], first, last);
        EmbeddedFont.Use(plot);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static void Label(Plot plot, IReadOnlyList<double> losses, double first, double last)
    {
        int[] powers = [.. Enumerable.Range((int)Math.Floor(Math.Log10(first)), (int)Math.Ceiling(Math.Log10(last / first)) + 2)];
        plot.Axes.Bottom.SetTicks(
            [.. powers.Select(power => (double)power)], [.. powers.Select(power => $"1e{power}")]);
        double[] ticks = [.. Enumerable.Range(1, 60).Select(i => i * 0.1).Where(tick => tick > losses.Min() * 0.9 && tick < losses.Max() * 1.1)];
        plot.Axes.Left.SetTicks(
            [.. ticks.Select(Math.Log10)], [.. ticks.Select(tick => tick.ToString("0.0", CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimitsX(Math.Log10(first) - 0.1, Math.Log10(last) + 0.1);
        plot.XLabel("training compute, multiply-adds (logarithmic)");
        plot.YLabel("test loss (logarithmic)");
        plot.Title("Loss falls as a power of compute on the frontier of width and length");
        plot.ShowLegend(Alignment.LowerLeft);
    }
}
