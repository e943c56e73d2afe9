using Deep.Checkpoints;
using Deep.Training.SignalPropagation;
using ScottPlot;

namespace Deep.Training.Plots;

/// <summary>
/// Draws how a signal goes through a network: q, the cosines, the gradient and the entropy of attention by layer, each in a
/// panel, below the verdict in words.
/// </summary>
/// <remarks>
/// What was measured is a line with points, the theory of infinite width a dashed line of the same colour; thin grey lines
/// are the bounds of a healthy signal, a dotted one the layer that the verdict names. Several reports stand one below the
/// other.
/// </remarks>
public static class SignalPng
{
    private const int PanelWidth = 430;
    private const int PanelHeight = 360;
    private const int TitleHeight = 44;

    // An axis whose values differ by more than this is divided logarithmically.
    private const double LinearRange = 20;

    /// <summary>Draws reports, one below the other.</summary>
    /// <param name="reports">One to 20.</param>
    /// <returns>The bytes of a PNG file; the same for the same reports.</returns>
    /// <exception cref="ConfigurationException">There is no report, or too many.</exception>
    public static byte[] Draw(params IReadOnlyList<SignalReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count is < 1 or > 20)
        {
            throw new ConfigurationException(nameof(reports), "one report to 20", reports.Count);
        }

        var plots = new List<Plot>();
        try
        {
            foreach (var report in reports)
            {
                plots.Add(PlotStyle.Heading(report.Name is { } name ? $"{name}: {report.Verdict}" : report.Verdict));
                plots.AddRange(Panels(report));
            }

            return PlotStyle.Png(plots, new HeadedRows(columns: 4, TitleHeight), 4 * PanelWidth, reports.Count * (TitleHeight + PanelHeight));
        }
        finally
        {
            plots.ForEach(plot => plot.Dispose());
        }
    }

    /// <summary>Draws reports into a file, which is replaced as a whole.</summary>
    /// <param name="path">The file, such as <c>signal.png</c>; its folder must exist.</param>
    /// <param name="reports">One to 20.</param>
    /// <exception cref="ConfigurationException">There is no report, or too many.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, params IReadOnlyList<SignalReport> reports)
    {
        var picture = Draw(reports);
        AtomicFile.Write(path, stream => stream.Write(picture));
    }

    private static IEnumerable<Plot> Panels(SignalReport report)
    {
        var bounds = report.Bounds;
        yield return Panel(
            report, "q, the mean square of the stream", null, [bounds.LeastSquaredNorm, bounds.GreatestSquaredNorm],
            new Curve("measured", layer => layer.Measured.SquaredNorm, layer => layer.Theory?.SquaredNorm));
        yield return Panel(
            report, "cosine of positions", AxisScale.Linear, [bounds.GreatestCosine],
            new Curve("neighbours", layer => layer.Measured.NeighbourCosine, layer => layer.Theory?.NeighbourCosine),
            new Curve("distant", layer => layer.Measured.DistantCosine, layer => layer.Theory?.DistantCosine));
        yield return Panel(
            report, "norm of the gradient", null, [], new Curve("measured", layer => layer.GradientNorm, _ => null));
        yield return Panel(
            report, "entropy of attention", AxisScale.Linear, [0, 1], new Curve("measured", layer => layer.AttentionEntropy, _ => null));
    }

    private static Plot Panel(SignalReport report, string label, AxisScale? given, double[] bounds, params Curve[] curves)
    {
        var (layers, plot) = (report.Layers, new Plot());
        double[] values = [.. curves.SelectMany(curve => curve.Values(layers)), .. bounds];
        var scale = given ?? ScaleOf(values);
        var hasTheory = false;
        for (var i = 0; i < curves.Length; i++)
        {
            var measured = PlotStyle.AddLine(plot, Points(layers, curves[i].Measured, scale), i, curves[i].Name);
            measured.MarkerSize = layers.Count <= 40 ? 5 : 3;
            var theory = Points(layers, curves[i].Theory, scale);
            if (theory.Length > 0)
            {
                var line = PlotStyle.AddLine(plot, theory, i, hasTheory ? "" : "theory");
                line.MarkerSize = 0;
                line.LinePattern = LinePattern.Dashed;
                hasTheory = true;
            }
        }

        foreach (var bound in bounds)
        {
            plot.Add.HorizontalLine(FigureAxis.Place(scale, bound), 1, Colors.Grey);
        }

        if (!report.IsHealthy)
        {
            plot.Add.VerticalLine(report.Verdicts[0].Layer, 1, Colors.Grey, LinePattern.Dotted);
        }

        PlotStyle.Apply(plot, null, "layer", label);
        plot.HideLegend();
        if (values.Length > 0)
        {
            FigureAxis.SetTicks(plot.Axes.Left, scale, values.Min(), values.Max());
        }

        if (hasTheory || curves.Length > 1)
        {
            PlotStyle.LegendAbove(plot);
        }

        return plot;
    }

    private static AxisScale ScaleOf(double[] values) => values.Length > 0 && values.Min() > 0 && values.Max() > LinearRange * values.Min()
        ? AxisScale.Logarithmic
        : AxisScale.Linear;

    private static (double X, double Y)[] Points(IReadOnlyList<SignalLayer> layers, Func<SignalLayer, double?> value, AxisScale scale) =>
        [.. from layer in layers
            let y = value(layer)
            where y is not null && FigureAxis.Has(scale, y.Value)
            select ((double)layer.Layer, FigureAxis.Place(scale, y.Value))];

    private sealed record Curve(string Name, Func<SignalLayer, double?> Measured, Func<SignalLayer, double?> Theory)
    {
        public IEnumerable<double> Values(IReadOnlyList<SignalLayer> layers) =>
            layers.SelectMany(layer => new[] { Measured(layer), Theory(layer) }).OfType<double>().Where(double.IsFinite);
    }
}
