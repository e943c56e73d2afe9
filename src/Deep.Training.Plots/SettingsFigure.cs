using ScottPlot;

namespace Deep.Training.Plots;

/// <summary>Compares settings that have no order: a row for each, with a point for each run and a bar from the least to the greatest.</summary>
public sealed record SettingsFigure
{
    private const int RowHeight = 44;
    private const int Frame = 116;

    /// <summary>What the figure shows, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>The name of the values' axis, with its unit.</summary>
    public required string XLabel { get; init; }

    /// <summary>The rows from top to bottom, one to 100.</summary>
    public required IReadOnlyList<SettingRow> Rows { get; init; }

    /// <summary>Width in pixels, 200 to 8,000, default 860; the height follows from the rows.</summary>
    public int Width { get; init; } = 860;

    /// <summary>Draws the figure.</summary>
    /// <returns>The bytes of a PNG file; the same for the same values.</returns>
    /// <exception cref="ConfigurationException">There is no row or too many, no value is finite, or the width is out of its range.</exception>
    public byte[] Draw()
    {
        if (Rows is not { Count: >= 1 and <= 100 })
        {
            throw new ConfigurationException($"{nameof(SettingsFigure)}.{nameof(Rows)}", "one row to 100", Rows?.Count);
        }

        var height = Frame + (RowHeight * Rows.Count) + RowHeight;
        FigureSize.Require(nameof(SettingsFigure), Width, height);
        using var plot = new Plot();
        var drawn = 0;
        for (var i = 0; i < Rows.Count; i++)
        {
            Coordinates[] points = [.. Rows[i].Values.Where(double.IsFinite).Order().Select(value => new Coordinates(value, -i))];
            if (points.Length > 0)
            {
                drawn++;
                var range = plot.Add.Line(points[0], points[^1]);
                range.LineColor = PlotStyle.ColorOf(0).WithAlpha(0.5);
                range.LineWidth = 3;
                range.MarkerSize = 0;
                var runs = plot.Add.ScatterPoints(points, PlotStyle.ColorOf(0));
                runs.MarkerSize = 9;
            }
        }

        if (drawn == 0)
        {
            throw new ConfigurationException($"{nameof(SettingsFigure)}.{nameof(Rows)}", "rows with a finite value", "without any");
        }

        PlotStyle.Apply(plot, Title, XLabel, "");
        plot.Axes.Left.SetTicks(
            [.. Enumerable.Range(0, Rows.Count).Select(i => (double)-i)], [.. Rows.Select(row => row.Name)]);
        plot.Axes.Margins(horizontal: 0.08, vertical: 0);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0.5 - Rows.Count, 0.5);
        return PlotStyle.Png([plot], 1, Width, height);
    }
}
