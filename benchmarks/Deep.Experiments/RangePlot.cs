using System.Globalization;
using Deep.Cli.Reporting;
using ScottPlot;

namespace Deep.Experiments;

/// <summary>Panels of curves over a logarithmic axis: medians of the seeds, with their range.</summary>
internal static class RangePlot
{
    private const int PanelWidth = 620;
    private const int Height = 520;

    /// <summary>Draws the panels side by side.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<Panel> panels)
    {
        var multiplot = new Multiplot();
        multiplot.AddPlots(panels.Count);
        multiplot.Layout = new ScottPlot.MultiplotLayouts.Columns();
        for (var i = 0; i < panels.Count; i++)
        {
            Draw(multiplot.GetPlot(i), panels[i]);
        }

        return multiplot.Render(PanelWidth * panels.Count, Height).GetImageBytes(ImageFormat.Png);
    }

    private static void Draw(Plot plot, Panel panel)
    {
        foreach (var curve in panel.Curves)
        {
            var color = plot.Add.Palette.GetColor(panel.Curves.ToList().IndexOf(curve));
            double[] x = [.. curve.Points.Select(point => Math.Log2(point.X))];
            var range = plot.Add.FillY(x, [.. curve.Points.Select(point => point.Sorted[0])], [.. curve.Points.Select(point => point.Sorted[^1])]);
            range.FillColor = color.WithAlpha(0.15);
            range.LineWidth = 0;
            var median = plot.Add.Scatter(x, [.. curve.Points.Select(point => SeedSummary.Median(point.Sorted))], color);
            median.LegendText = curve.Name;
            median.LineWidth = 2;
            median.MarkerSize = 7;
        }

        double[] ticks = [.. panel.Curves.SelectMany(curve => curve.Points).Select(point => point.X).Distinct().Order()];
        plot.Axes.Bottom.SetTicks([.. ticks.Select(Math.Log2)], [.. ticks.Select(tick => tick.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.Margins(bottom: panel.Legend == Alignment.LowerLeft ? 0.35 : 0.1, top: panel.Legend == Alignment.UpperLeft ? 0.35 : 0.1);
        plot.XLabel(panel.X);
        plot.YLabel(panel.Y);
        plot.Title(panel.Title);
        plot.ShowLegend(panel.Legend);
        EmbeddedFont.Use(plot);
    }

    /// <summary>A panel.</summary>
    internal sealed record Panel(string Title, string X, string Y, Alignment Legend, IReadOnlyList<Curve> Curves);

    /// <summary>A curve: at each X the values of the seeds, ascending.</summary>
    internal sealed record Curve(string Name, IReadOnlyList<(double X, double[] Sorted)> Points);
}
