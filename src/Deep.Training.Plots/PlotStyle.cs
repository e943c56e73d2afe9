using ScottPlot;
using ScottPlot.MultiplotLayouts;
using ScottPlot.Plottables;

namespace Deep.Training.Plots;

/// <summary>The look that all figures share: colours, grid, text sizes, and where the legend stands.</summary>
internal static class PlotStyle
{
    // Okabe and Ito, 2008: told apart by readers with any kind of colour vision; the yellow is left out, as it is too light for a line.
    private static readonly Color[] Palette =
    [
        Color.FromHex("#0072B2"), Color.FromHex("#D55E00"), Color.FromHex("#009E73"), Color.FromHex("#CC79A7"),
        Color.FromHex("#56B4E9"), Color.FromHex("#E69F00"), Color.FromHex("#444444"),
    ];

    private static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle, MarkerShape.OpenSquare,
    ];

    public static Color Ink { get; } = Color.FromHex("#333333");

    public static Color ColorOf(int series) => Palette[series % Palette.Length];

    public static MarkerShape MarkerOf(int series) => Markers[series % Markers.Length];

    /// <summary>Title, labels, light grid, a frame of two sides and the package's own font.</summary>
    public static void Apply(Plot plot, string? title, string x, string y)
    {
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.Grid.MajorLineColor = Color.FromHex("#E4E4E4");
        plot.Axes.Color(Ink);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        if (title is not null)
        {
            plot.Title(title);
        }

        plot.XLabel(x);
        plot.YLabel(y);
        foreach (var axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.Label.FontSize = 15;
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = 13;
            axis.MinorTickStyle.Length = 0;
        }

        plot.Axes.Left.MinimumSize = 72; // room between the numbers and the name
        plot.Axes.Title.Label.FontSize = 17;
        plot.Axes.Title.Label.Bold = false;
        PlotFont.Use(plot);
    }

    /// <summary>Stands the legend above the data, in a row, where it covers nothing.</summary>
    public static void LegendAbove(Plot plot)
    {
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.FontSize = 13;
        plot.Legend.FontColor = Ink;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.BackgroundColor = Colors.Transparent;
        plot.Legend.TightHorizontalWrapping = true;
        plot.ShowLegend(Edge.Top).Padding = new PixelPadding(0, 0, 0, 4);
        PlotFont.Use(plot);
    }

    /// <summary>A plot that is nothing but a line of text.</summary>
    public static Plot Heading(string text)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.White;
        plot.HideGrid();
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Right, plot.Axes.Bottom, plot.Axes.Top })
        {
            axis.IsVisible = false;
        }

        plot.Title(text);
        plot.Axes.Title.Label.FontSize = 17;
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Title.Label.ForeColor = Ink;
        PlotFont.Use(plot);
        return plot;
    }

    /// <summary>A line through points, in the colour and with the marker of its place in the legend.</summary>
    public static Scatter AddLine(Plot plot, IEnumerable<(double X, double Y)> points, int series, string name)
    {
        var line = plot.Add.ScatterLine(points.Select(point => new Coordinates(point.X, point.Y)).ToArray(), ColorOf(series));
        line.LineWidth = 2;
        line.MarkerShape = MarkerOf(series);
        line.LegendText = name;
        return line;
    }

    /// <summary>Plots in a grid, row by row, as a PNG file.</summary>
    /// <param name="plots">The plots.</param>
    /// <param name="columns">How many stand in a row.</param>
    /// <param name="width">The width of each.</param>
    /// <param name="height">The height of each.</param>
    public static byte[] Png(IReadOnlyList<Plot> plots, int columns, int width, int height)
    {
        var rows = (plots.Count + columns - 1) / columns;
        return Png(plots, new Grid(rows, columns), columns * width, rows * height);
    }

    /// <summary>Plots in any layout as a PNG file of the given size.</summary>
    public static byte[] Png(IReadOnlyList<Plot> plots, IMultiplotLayout layout, int width, int height)
    {
        var figure = new Multiplot { Layout = layout };
        figure.RemovePlot(figure.GetPlot(0));
        foreach (var plot in plots)
        {
            figure.AddPlot(plot);
        }

        return figure.Render(width, height).GetImageBytes(ImageFormat.Png);
    }
}
