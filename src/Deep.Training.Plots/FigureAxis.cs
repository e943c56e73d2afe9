using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Deep.Training.Plots;

/// <summary>Takes values to an axis, which for a logarithmic one is their decimal logarithm, and labels it with the values.</summary>
internal static class FigureAxis
{
    private static readonly double[][] Steps = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]];

    public static double Place(AxisScale scale, double value) => scale == AxisScale.Logarithmic ? Math.Log10(value) : value;

    /// <summary>Whether a value has a place on the axis.</summary>
    public static bool Has(AxisScale scale, double value) => double.IsFinite(value) && (scale == AxisScale.Linear || value > 0);

    /// <summary>Ticks of an axis for the values from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static void SetTicks(IAxis axis, AxisScale scale, double low, double high)
    {
        if (scale == AxisScale.Logarithmic)
        {
            axis.TickGenerator = new NumericManual([.. LogTicks(low, high)]);
        }
    }

    /// <summary>Ticks at the given values and nowhere else.</summary>
    public static void SetTicks(IAxis axis, AxisScale scale, IEnumerable<double> values) =>
        axis.TickGenerator = new NumericManual([.. values.Select(value => new Tick(Place(scale, value), Text(value)))]);

    /// <summary>A number as short as it is exact: 1,024, 0.05, 2e-5, 3e12.</summary>
    public static string Text(double value) =>
        value != 0 && (Math.Abs(value) < 1e-4 || Math.Abs(value) >= 1e6)
            ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
            : value.ToString("#,0.######", CultureInfo.InvariantCulture);

    // The coarsest of 1; 1 and 3; 1, 2 and 5; 1 to 9 in each decade that gives four ticks or more; of many decades, every second or so.
    private static IEnumerable<Tick> LogTicks(double low, double high)
    {
        var first = (int)Math.Floor(Math.Log10(low));
        var last = (int)Math.Ceiling(Math.Log10(high));
        var decades = Math.Max(1, (last - first) / 8);
        var values = Steps.Select(steps => All(steps).Where(value => value >= 0.97 * low && value <= 1.03 * high).ToList()).ToList();
        var chosen = values.Find(ticks => ticks.Count >= 4) ?? values[^1];
        return chosen.Select(value => new Tick(Math.Log10(value), Text(value)));

        IEnumerable<double> All(double[] steps) =>
            from decade in Enumerable.Range(first, last - first + 1)
            where (decade - first) % decades == 0
            from step in steps
            select step * Math.Pow(10, decade);
    }
}
