using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>What the forecasts are worth to users.</summary>
internal static class ValueSection
{
    public static void Write(StringBuilder page, NowcastReport report)
    {
        if (report.Protocol.Accumulations.Count == 0)
        {
            return;
        }

        page.Add($"<h2>Economic value</h2><p>For users who can protect themselves from the rain that falls in {Setting(report.LeadMinutes[^1])} minutes: 1 is the value of ");
        page.Append("a perfect forecast, 0 that of knowing only how often it happens. Users differ in what protection costs, as a part of the loss it prevents.</p>");
        Models(page, report);
        page.Append("<div class=\"figures\">");
        for (var t = 0; t < report.Protocol.Accumulations.Count; t++)
        {
            var place = t;
            new Chart(
                $"At least {Setting(report.Protocol.Accumulations[t])} mm in {Setting(report.LeadMinutes[^1])} minutes", new("cost / loss", 0, 1), new("relative value", 0, 1),
                [
                    .. report.Models.Select((model, m) => (Value: model.Accumulations[place].EconomicValue(report.Protocol.CostLossRatios), m)).Select(v => new ChartSeries(
                        [.. v.Value.CostLossRatios.Zip(v.Value.Values)], PageStyle.ColourOf(v.m), PageStyle.DashOf(v.m))),
                ]).Write(page);
        }

        page.Append("</div>");
    }
}
