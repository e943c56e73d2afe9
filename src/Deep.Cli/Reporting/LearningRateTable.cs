using System.Globalization;
using Deep.Training;

namespace Deep.Cli.Reporting;

/// <summary>Shows the losses at rising learning rates, and the rates that they suggest.</summary>
internal static class LearningRateTable
{
    private const int Rows = 20;
    private const int BarWidth = 40;

    /// <summary>Writes the curve as a table with bars, then the suggestion.</summary>
    public static void Write(Terminal terminal, LearningRateCurve curve)
    {
        var step = Math.Max(1, curve.Points.Count / Rows);
        var shown = curve.Points.Where((_, i) => i % step == 0 || i == curve.Points.Count - 1).ToArray();
        var (low, high) = (shown.Min(point => point.Smoothed), shown.Max(point => point.Smoothed));
        var table = new ResultTable("learning rate>", "loss, smoothed>", "");
        foreach (var point in shown)
        {
            var share = high > low ? (point.Smoothed - low) / (high - low) : 0;
            table.Add(Text(point.LearningRate, "G3"), Text(point.Smoothed, "F4"), new string('#', (int)(share * BarWidth)));
        }

        table.WriteTo(terminal);
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The loss falls fastest at --lr {curve.Steepest:G2} and is lowest at {curve.LargestStable:G2}; start with the first, "
            + $"and stay below the second."));
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
