namespace Deep.Nowcast.Plots;

/// <summary>A line or the bars of a chart; a point that is not finite is a gap.</summary>
internal sealed record ChartSeries(IReadOnlyList<(double X, double Y)> Points, string Colour, string Dash = "", bool Markers = false, bool Bars = false, double Width = 2);
