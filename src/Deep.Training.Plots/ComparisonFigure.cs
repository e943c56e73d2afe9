using ScottPlot;

namespace Deep.Training.Plots;

/// <summary>Compares settings by runs with several seeds: a line of medians for each setting, with the range of the seeds.</summary>
/// <remarks>The median of an even number of values is the mean of the middle two.</remarks>
public sealed record ComparisonFigure
{
    /// <summary>What the figure shows, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>The name of the x axis, with its unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>The name of the y axis, with its unit.</summary>
    public required string YLabel { get; init; }

    /// <summary>The lines, one or more, in the order of the legend.</summary>
    public required IReadOnlyList<ComparisonSeries> Series { get; init; }

    /// <summary>The division of the x axis, by default linear; a logarithmic one has its ticks at the points.</summary>
    public AxisScale XScale { get; init; }

    /// <summary>The division of the y axis, by default linear.</summary>
    public AxisScale YScale { get; init; }

    /// <summary>How the range of the seeds is shown; by default as a band.</summary>
    public RangeStyle Range { get; init; }

    /// <summary>A value to compare with, drawn as a dashed line across: chance, say; null, the default, for none.</summary>
    public double? Reference { get; init; }

    /// <summary>What the line of <see cref="Reference"/> is, for the legend.</summary>
    public string? ReferenceName { get; init; }

    /// <summary>Width in pixels, 200 to 8,000, default 960.</summary>
    public int Width { get; init; } = 960;

    /// <summary>Height in pixels, 200 to 8,000, default 600.</summary>
    public int Height { get; init; } = 600;

    /// <summary>Draws figures as the panels of one picture, from left to right.</summary>
    /// <param name="panels">The figures, one or more; each is as large as the largest.</param>
    /// <returns>The bytes of a PNG file; the same for the same values.</returns>
    /// <exception cref="ConfigurationException">There is no figure, or one of them cannot be drawn.</exception>
    public static byte[] DrawRow(IReadOnlyList<ComparisonFigure> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0)
        {
            throw new ConfigurationException(nameof(panels), "one figure or more", "an empty list");
        }

        var plots = new List<Plot>();
        try
        {
            plots.AddRange(panels.Select(panel => panel.Plot()));
            return PlotStyle.Png(plots, plots.Count, panels.Max(panel => panel.Width), panels.Max(panel => panel.Height));
        }
        finally
        {
            plots.ForEach(plot => plot.Dispose());
        }
    }

    /// <summary>Draws the figure.</summary>
    /// <returns>The bytes of a PNG file; the same for the same values.</returns>
    /// <exception cref="ConfigurationException">
    /// There is no series, the size is out of its range, or no series has a finite point.
    /// </exception>
    public byte[] Draw() => DrawRow([this]);

    private Plot Plot()
    {
        FigureSize.Require(nameof(ComparisonFigure), Width, Height);
        var lines = (Series ?? []).Select(Medians).ToList();
        var all = lines.SelectMany(line => line).ToList();
        if (all.Count == 0)
        {
            throw new ConfigurationException($"{nameof(ComparisonFigure)}.{nameof(Series)}", "one series or more with a finite point", "without any");
        }

        var plot = new Plot();
        for (var i = 0; i < lines.Count; i++)
        {
            AddRange(plot, lines[i], PlotStyle.ColorOf(i));
        }

        for (var i = 0; i < lines.Count; i++)
        {
            var line = PlotStyle.AddLine(plot, lines[i].Select(point => (X(point.X), Y(point.Median))), i, Series![i].Name);
            line.LineWidth = 2.5f;
            line.MarkerSize = 9;
        }

        AddReference(plot);
        PlotStyle.Apply(plot, Title, XLabel, YLabel);
        SetAxes(plot, all);
        PlotStyle.LegendAbove(plot);
        return plot;
    }

    private double X(double value) => FigureAxis.Place(XScale, value);

    private double Y(double value) => FigureAxis.Place(YScale, value);

    private List<(double X, double Low, double Median, double High)> Medians(ComparisonSeries series)
    {
        var points = new List<(double, double, double, double)>();
        foreach (var point in series.Points.Where(point => FigureAxis.Has(XScale, point.X)).OrderBy(point => point.X))
        {
            double[] values = [.. point.Values.Where(value => FigureAxis.Has(YScale, value)).Order()];
            if (values.Length > 0)
            {
                var median = (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
                points.Add((point.X, values[0], median, values[^1]));
            }
        }

        return points;
    }

    private void AddRange(Plot plot, List<(double X, double Low, double Median, double High)> points, Color color)
    {
        if (points.Count == 0)
        {
            return;
        }

        if (Range == RangeStyle.Band && points.Count > 1)
        {
            var band = plot.Add.FillY([.. points.Select(p => X(p.X))], [.. points.Select(p => Y(p.Low))], [.. points.Select(p => Y(p.High))]);
            band.FillColor = color.WithAlpha(0.16);
            band.LineWidth = 0;
            band.MarkerSize = 0;
            return;
        }

        foreach (var point in points)
        {
            var bar = plot.Add.Line(X(point.X), Y(point.Low), X(point.X), Y(point.High));
            bar.LineColor = color.WithAlpha(0.55);
            bar.LineWidth = 2;
            bar.MarkerSize = 0;
        }
    }

    private void AddReference(Plot plot)
    {
        if (Reference is { } value && FigureAxis.Has(YScale, value))
        {
            var line = plot.Add.HorizontalLine(Y(value), 1.5f, PlotStyle.Ink, LinePattern.Dashed);
            line.LegendText = ReferenceName ?? "";
        }
    }

    private void SetAxes(Plot plot, List<(double X, double Low, double Median, double High)> all)
    {
        if (XScale == AxisScale.Logarithmic)
        {
            var places = all.Select(point => point.X).Distinct().Order().ToList();
            if (places.Count <= 12)
            {
                FigureAxis.SetTicks(plot.Axes.Bottom, XScale, places);
            }
            else
            {
                FigureAxis.SetTicks(plot.Axes.Bottom, XScale, places[0], places[^1]);
            }
        }

        FigureAxis.SetTicks(plot.Axes.Left, YScale, all.Min(point => point.Low), all.Max(point => point.High));
    }
}
