namespace Deep.Nowcast.Plots;

/// <summary>An axis of a chart.</summary>
/// <param name="Name">What it shows, with the unit.</param>
/// <param name="Least">Its lower end; null: from the values.</param>
/// <param name="Most">Its upper end; null: from the values.</param>
/// <param name="Logarithmic">Whether equal distances are equal factors; values that are not above 0 are left out.</param>
/// <param name="Reversed">Whether it runs from large to small.</param>
internal sealed record ChartAxis(string Name, double? Least = null, double? Most = null, bool Logarithmic = false, bool Reversed = false)
{
    private static readonly double[] Decades = [1], Parts = [1, 2, 5];

    /// <summary>The axis with both ends set by values where they were not given.</summary>
    public (double Low, double High, IReadOnlyList<double> Ticks) Over(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(v => double.IsFinite(v) && (!Logarithmic || v > 0))];
        var (low, high) = (Least ?? finite.DefaultIfEmpty(0).Min(), Most ?? finite.DefaultIfEmpty(1).Max());
        if (Logarithmic)
        {
            (low, high) = (Math.Log10(low), Math.Log10(Math.Max(high, low * 1.01)));
            var ticks = Enumerable.Range((int)Math.Floor(low), (int)(Math.Ceiling(high) - Math.Floor(low)) + 1)
                .SelectMany(e => (high - low > 2.2 ? Decades : Parts).Select(f => Math.Log10(f) + e)).Where(t => t >= low - 1e-9 && t <= high + 1e-9);
            return (low, high, Thinned([.. ticks]));
        }

        high = high > low ? high : low + 1;
        var step = Step((high - low) / 5);
        (low, high) = (Least ?? Math.Floor(low / step) * step, Most ?? Math.Ceiling((high / step) - 1e-9) * step);
        return (low, high, [.. Enumerable.Range(0, 12).Select(i => (Math.Ceiling((low / step) - 1e-9) + i) * step).Where(t => t <= high + (step * 1e-6))]);
    }

    public double Scaled(double value) => Logarithmic ? value > 0 ? Math.Log10(value) : double.NaN : value;

    private static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    private static double[] Thinned(double[] ticks) => ticks.Length <= 8 ? ticks : [.. ticks.Where((_, i) => i % ((ticks.Length + 7) / 8) == 0)];
}
