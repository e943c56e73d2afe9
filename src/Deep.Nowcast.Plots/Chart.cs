using System.Globalization;
using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>A chart as inline SVG.</summary>
internal sealed record Chart(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series)
{
    private const double Width = 380, Height = 260, Left = 60, Right = 370, Top = 10, Bottom = 214;

    /// <summary>A line behind the data, such as the diagonal of a reliable forecast.</summary>
    public IReadOnlyList<(double X, double Y)> Guide { get; init; } = [];

    /// <summary>A horizontal line behind the data, such as how often the event was observed; not a number: none.</summary>
    public double Level { get; init; } = double.NaN;

    /// <summary>What stands in the place of the data where there is none.</summary>
    public string Without { get; init; } = "not defined: the event was not observed";

    public void Write(StringBuilder page)
    {
        page.Add($"<figure><figcaption>{Text(Title)}</figcaption><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(Title)}\" font-family=\"system-ui,sans-serif\" font-size=\"12\" fill=\"#333\">");
        var points = Series.SelectMany(s => s.Points).Where(p => double.IsFinite(X.Scaled(p.X)) && double.IsFinite(Y.Scaled(p.Y))).ToList();
        if (points.Count == 0)
        {
            page.Add($"<rect x=\"1\" y=\"1\" width=\"{Width - 2}\" height=\"{Height - 2}\" fill=\"#f6f6f6\" stroke=\"#ddd\"/>");
            page.Add($"<text x=\"{Width / 2}\" y=\"{Height / 2}\" text-anchor=\"middle\" fill=\"#777\">{Text(Without)}</text></svg></figure>");
            return;
        }

        var bars = Series.Any(s => s.Bars);
        var (xLow, xHigh, xTicks) = X.Over(points.Select(p => p.X));
        var (yLow, yHigh, yTicks) = Y.Over(points.Select(p => p.Y).Append(Level));
        if (bars)
        {
            (xLow, xHigh) = (xLow - 0.7, xHigh + 0.7);
        }

        double Across(double x) => Left + ((Right - Left) * (X.Reversed ? xHigh - x : x - xLow) / (xHigh - xLow));
        double Up(double y) => Bottom - ((Bottom - Top) * (Math.Clamp(y, yLow, yHigh) - yLow) / (yHigh - yLow));
        string At((double X, double Y) p) => $"{Place(Across(X.Scaled(p.X)))} {Place(Up(Y.Scaled(p.Y)))}";
        foreach (var tick in yTicks)
        {
            page.Add($"<line x1=\"{Left}\" x2=\"{Right}\" y1=\"{Place(Up(tick))}\" y2=\"{Place(Up(tick))}\" stroke=\"#e6e6e6\"/>");
            page.Add($"<text x=\"{Left - 6}\" y=\"{Place(Up(tick) + 4)}\" text-anchor=\"end\">{Label(Y, tick)}</text>");
        }

        foreach (var tick in xTicks.Where(t => t >= xLow && t <= xHigh))
        {
            page.Add($"<line x1=\"{Place(Across(tick))}\" x2=\"{Place(Across(tick))}\" y1=\"{Bottom}\" y2=\"{Bottom + 4}\" stroke=\"#777\"/>");
            page.Add($"<text x=\"{Place(Across(tick))}\" y=\"{Bottom + 17}\" text-anchor=\"middle\">{Label(X, tick)}</text>");
        }

        page.Add($"<path d=\"M{Left} {Top}V{Bottom}H{Right}\" fill=\"none\" stroke=\"#777\"/>");
        page.Add($"<text x=\"{(Left + Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Text(X.Name)}</text>");
        page.Add($"<text transform=\"translate(12 {(Top + Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Text(Y.Name)}</text>");
        if (Guide.Count > 1)
        {
            page.Add($"<polyline points=\"{string.Join(' ', Guide.Select(At))}\" fill=\"none\" stroke=\"#aaa\" stroke-dasharray=\"3 3\"/>");
        }

        if (double.IsFinite(Y.Scaled(Level)))
        {
            page.Add($"<line x1=\"{Left}\" x2=\"{Right}\" y1=\"{Place(Up(Y.Scaled(Level)))}\" y2=\"{Place(Up(Y.Scaled(Level)))}\" stroke=\"#aaa\" stroke-dasharray=\"1 3\"/>");
        }

        foreach (var (series, i) in Series.Select((s, i) => (s, i)))
        {
            if (series.Bars)
            {
                var slot = (Right - Left) / (xHigh - xLow) * 0.86 / Series.Count;
                foreach (var p in series.Points.Where(p => double.IsFinite(p.Y)))
                {
                    var (x, y) = (Across(p.X) + ((i - (Series.Count / 2.0)) * slot), Up(p.Y));
                    page.Add($"<rect x=\"{Place(x)}\" y=\"{Place(y)}\" width=\"{Place(slot)}\" height=\"{Place(Bottom - y)}\" fill=\"{series.Colour}\"/>");
                }

                continue;
            }

            foreach (var run in Runs(series.Points))
            {
                page.Add($"<polyline points=\"{string.Join(' ', run.Select(At))}\" fill=\"none\" stroke=\"{series.Colour}\" stroke-width=\"{series.Width}\" stroke-dasharray=\"{series.Dash}\" stroke-linejoin=\"round\"/>");
                foreach (var p in series.Markers || run.Count == 1 ? run : [])
                {
                    page.Add($"<circle cx=\"{Place(Across(X.Scaled(p.X)))}\" cy=\"{Place(Up(Y.Scaled(p.Y)))}\" r=\"3\" fill=\"{series.Colour}\"/>");
                }
            }
        }

        page.Append("</svg></figure>");
    }

    private List<List<(double X, double Y)>> Runs(IReadOnlyList<(double X, double Y)> points)
    {
        var runs = new List<List<(double X, double Y)>> { new() };
        foreach (var p in points)
        {
            if (double.IsFinite(X.Scaled(p.X)) && double.IsFinite(Y.Scaled(p.Y)))
            {
                runs[^1].Add(p);
            }
            else if (runs[^1].Count > 0)
            {
                runs.Add([]);
            }
        }

        return [.. runs.Where(r => r.Count > 0)];
    }

    private static string Label(ChartAxis axis, double tick)
    {
        var value = axis.Logarithmic ? Math.Pow(10, tick) : Math.Abs(tick) < 1e-12 ? 0 : tick;
        return (Math.Abs(value) is > 0 and (>= 1e5 or < 1e-3) ? value.ToString("0.#E0", CultureInfo.InvariantCulture) : value.ToString("0.####", CultureInfo.InvariantCulture))
            .Replace("-", "−", StringComparison.Ordinal);
    }
}
