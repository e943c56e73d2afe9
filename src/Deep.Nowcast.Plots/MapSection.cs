using System.Globalization;
using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>The example's maps.</summary>
internal static class MapSection
{
    private const int PanelPixels = 420;

    public static void Write(StringBuilder page, NowcastReport report)
    {
        if (report.Example is not { } example)
        {
            return;
        }

        page.Append("<h2>The forecast with the most rain</h2>");
        page.Add($"<p>Made at {example.Start.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC. Hatched: nothing observed, or nothing known.</p><div class=\"figures maps\">");
        Figure(page, "observed", [.. example.Observed.Select((field, i) => MapPanel.Of(field, Lead(example, i)))], RainPalette.RainRate);
        foreach (var model in example.Models)
        {
            var several = model.Mean.Count > 0;
            Figure(page, several ? $"{model.Name}: one member" : model.Name, [.. model.Member.Select((f, i) => MapPanel.Of(f, Lead(example, i)))], RainPalette.RainRate);
            if (several)
            {
                var grid = example.Observed[0].Grid;
                Figure(page, $"{model.Name}: mean of the members", [.. model.Mean.Select((f, i) => MapPanel.Of(Lead(example, i), f, grid))], RainPalette.RainRate);
                Figure(
                    page, $"{model.Name}: probability of {Setting(model.ProbabilityThreshold)} mm/h",
                    [.. model.Probability.Select((f, i) => MapPanel.Of(Lead(example, i), f, grid))], RainPalette.Probability);
            }
        }

        page.Append("</div>");
    }

    private static string Lead(ForecastExample example, int i) => $"+{example.LeadMinutes[i]} min";

    private static void Figure(StringBuilder page, string title, MapPanel[] panels, RainPalette palette)
    {
        var picture = RadarMap.Draw(panels, palette, PanelPixels, Math.Min(2, panels.Length));
        page.Add($"<figure><figcaption>{Text(title)}</figcaption><img alt=\"{Text(title)}\" width=\"{picture.Width}\" height=\"{picture.Height}\" src=\"data:image/png;base64,");
        page.Append(Convert.ToBase64String(picture.EncodePng())).Append("\"></figure>");
    }
}
