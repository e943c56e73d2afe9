using ScottPlot;

namespace Deep.Training.Plots;

/// <summary>Draws a scaling law: loss over compute, both logarithmic, with the fitted frontier and its prediction.</summary>
/// <remarks>The frontier is <c>ln L = Intercept + Exponent ln C</c> with natural logarithms.</remarks>
public sealed record ScalingLawPlot
{
    /// <summary>What the figure shows, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>The runs, one or more; what is not finite or not above 0 is left out.</summary>
    public required IReadOnlyList<ScalingPoint> Points { get; init; }

    /// <summary>The law's a, in <c>ln L = a + b ln C</c>.</summary>
    public required double Intercept { get; init; }

    /// <summary>The law's b, usually below 0.</summary>
    public required double Exponent { get; init; }

    /// <summary>The law's interval over the compute, in any order; empty, the default, for none.</summary>
    public IReadOnlyList<ScalingInterval> Band { get; init; } = [];

    /// <summary>What the interval is, for the legend; null, the default, for no entry.</summary>
    public string? BandName { get; init; }

    /// <summary>A prediction to show; null, the default, for none.</summary>
    public HeldOutPoint? HeldOut { get; init; }

    /// <summary>The name of the x axis, with its unit.</summary>
    public string XLabel { get; init; } = "compute, multiply-adds";

    /// <summary>The name of the y axis.</summary>
    public string YLabel { get; init; } = "test loss";

    /// <summary>Width in pixels, 200 to 8,000, default 960.</summary>
    public int Width { get; init; } = 960;

    /// <summary>Height in pixels, 200 to 8,000, default 640.</summary>
    public int Height { get; init; } = 640;

    /// <summary>Draws the figure.</summary>
    /// <returns>The bytes of a PNG file; the same for the same values.</returns>
    /// <exception cref="ConfigurationException">No point is finite and above 0, the law is not finite, or the size is out of its range.</exception>
    public byte[] Draw()
    {
        FigureSize.Require(nameof(ScalingLawPlot), Width, Height);
        Require(double.IsFinite(Intercept), nameof(Intercept), "a finite number", Intercept);
        Require(double.IsFinite(Exponent), nameof(Exponent), "a finite number", Exponent);
        var points = (Points ?? []).Where(point => Has(point.Compute, point.Loss)).ToList();
        Require(points.Count > 0, nameof(Points), "one point or more that is finite and above 0", "without any");
        var band = Band.Where(interval => Has(interval.Compute, interval.Lower, interval.Upper)).OrderBy(interval => interval.Compute).ToList();
        var heldOut = HeldOut is { } held && Has(held.Compute, held.Predicted, held.Lower, held.Upper) ? held : null;

        using var plot = new Plot();
        AddBand(plot, band);
        AddPoints(plot, points);
        AddLaw(plot, [.. points.Select(point => point.Compute), .. band.Select(interval => interval.Compute), heldOut?.Compute ?? points[0].Compute]);
        AddPrediction(plot, heldOut);
        PlotStyle.Apply(plot, Title, XLabel, YLabel);
        plot.Axes.Margins(0.05, 0.08);
        plot.Axes.AutoScale();
        var limits = plot.Axes.GetLimits();
        FigureAxis.SetTicks(plot.Axes.Bottom, AxisScale.Logarithmic, Math.Pow(10, limits.Left), Math.Pow(10, limits.Right));
        FigureAxis.SetTicks(plot.Axes.Left, AxisScale.Logarithmic, Math.Pow(10, limits.Bottom), Math.Pow(10, limits.Top));
        PlotStyle.LegendAbove(plot);
        return PlotStyle.Png([plot], 1, Width, Height);
    }

    private static bool Has(params double[] values) => values.All(value => FigureAxis.Has(AxisScale.Logarithmic, value));

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(ScalingLawPlot)}.{setting}", expected, found);
        }
    }

    private void AddBand(Plot plot, List<ScalingInterval> band)
    {
        if (band.Count > 1)
        {
            var fill = plot.Add.FillY(
                [.. band.Select(interval => Math.Log10(interval.Compute))],
                [.. band.Select(interval => Math.Log10(interval.Lower))],
                [.. band.Select(interval => Math.Log10(interval.Upper))]);
            fill.FillColor = PlotStyle.Ink.WithAlpha(0.10);
            fill.LineWidth = 0;
            fill.LegendText = BandName ?? "";
            fill.MarkerSize = 0;
        }
    }

    private static void AddPoints(Plot plot, List<ScalingPoint> points)
    {
        var series = points.GroupBy(point => point.Series).ToList();
        for (var i = 0; i < series.Count; i++)
        {
            var ordered = series[i].OrderBy(point => point.Compute).Select(point => (Math.Log10(point.Compute), Math.Log10(point.Loss)));
            var line = PlotStyle.AddLine(plot, ordered, i, series[i].Key);
            line.LineWidth = 1.5f;
            line.MarkerSize = 9;
        }
    }

    private static void AddPrediction(Plot plot, HeldOutPoint? heldOut)
    {
        if (heldOut is null)
        {
            return;
        }

        var x = Math.Log10(heldOut.Compute);
        var bar = plot.Add.Line(x, Math.Log10(heldOut.Lower), x, Math.Log10(heldOut.Upper));
        bar.LineColor = PlotStyle.Ink;
        bar.LineWidth = 2;
        bar.MarkerSize = 0;
        var predicted = plot.Add.Marker(x, Math.Log10(heldOut.Predicted), MarkerShape.OpenDiamond, 14, PlotStyle.Ink);
        predicted.MarkerLineWidth = 2;
        predicted.LegendText = "predicted";
        if (heldOut.Measured is { } measured && Has(measured))
        {
            var marker = plot.Add.Marker(x, Math.Log10(measured), MarkerShape.Cross, 14, Colors.Red);
            marker.MarkerLineWidth = 2.5f;
            marker.LegendText = "measured afterwards";
        }
    }

    private void AddLaw(Plot plot, double[] computes)
    {
        Coordinates[] ends = [.. new[] { computes.Min(), computes.Max() }.Select(Of)];
        var law = plot.Add.ScatterLine(ends, PlotStyle.Ink);
        law.LineWidth = 2;
        law.LinePattern = LinePattern.Dashed;
        law.MarkerSize = 0;
        law.LegendText = FormattableString.Invariant($"frontier, exponent {Exponent:F3}");

        Coordinates Of(double compute) => new(Math.Log10(compute), (Intercept + (Exponent * Math.Log(compute))) / Math.Log(10));
    }
}
