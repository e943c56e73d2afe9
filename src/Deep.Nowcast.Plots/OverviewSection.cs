using System.Globalization;
using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>What was verified, and the scores that a reader looks for first.</summary>
internal static class OverviewSection
{
    public static void Write(StringBuilder page, NowcastReport report)
    {
        var (protocol, first, last) = (report.Protocol, report.Cases.Min(c => c.Start), report.Cases.Max(c => c.Start));
        string Time(DateTimeOffset t) => t.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        page.Add($"<p>{report.Cases.Count} forecasts between {Time(first)} and {Time(last)} UTC, lead times up to {Setting(report.LeadMinutes[^1])} minutes, ");
        page.Add($"protocol “{Text(protocol.Name)}”: {(protocol.WindowPixels is { } side ? $"the central {side} × {side} cells" : "all cells")} of {Setting(Math.Round(report.PixelKilometres, 3))} km");
        page.Append(protocol.CommonCells ? ", those that the observation and all models know. " : ". ");
        page.Append("Cells, cases and members are pooled before a score is taken; missing observations count nowhere.</p>");
        if (report.Weight != report.Cases.Count)
        {
            page.Add($"<p class=\"note\">Cases are weighted; their weights sum to {Number(report.Weight)}.</p>");
        }

        if (report.Models.All(m => m.Leads.All(l => l.Crps.Cells == 0)))
        {
            page.Append("<p><b>No cell was observed: no score is defined.</b></p>");
        }
        else if (report.Models[0].Leads.All(l => l.MemberTables[0].Hits + l.MemberTables[0].Misses == 0))
        {
            page.Add($"<p><b>Rain of {Setting(protocol.Thresholds[0])} mm/h was observed nowhere: scores of events are not defined and shown as {Undefined}.</b></p>");
        }

        var leads = Places(report, 3);
        var threshold = (protocol.Thresholds.Count - 1) / 2;
        Table(
            page, $"CSI at {Setting(protocol.Thresholds[threshold])} mm/h (more is better) and CRPS in mm/h (less is better)",
            ["model", "members", .. leads.Select(l => $"CSI {Minutes(report, l)}"), .. leads.Select(l => $"CRPS {Minutes(report, l)}"), "s / forecast"],
            report.Models.Select((model, m) => (IEnumerable<string>)
            [
                Text(model.Name), model.Members.ToString(CultureInfo.InvariantCulture),
                .. leads.Select(l => Best(report, m, x => x.Leads[l].MemberTables[threshold].CriticalSuccessIndex, more: true, 3)),
                .. leads.Select(l => Best(report, m, x => x.Leads[l].Crps.Exact, more: false)),
                Number(model.ForecastSeconds / report.Cases.Count, 2),
            ]));
    }

    /// <summary>Some lead times from early to the last.</summary>
    public static int[] Places(NowcastReport report, int count) =>
        [.. Enumerable.Range(1, count).Select(i => Math.Max(1, (int)Math.Round(report.LeadMinutes.Count * i / (double)count)) - 1).Distinct()];

    public static string Minutes(NowcastReport report, int lead) => $"{Setting(report.LeadMinutes[lead])} min";

    /// <summary>A cell of a table, bold where no model is better; with the decimals of a score without unit, or as many as its size needs.</summary>
    public static string Best(NowcastReport report, int model, Func<ModelScores, double> score, bool more, int? decimals = null)
    {
        double[] values = [.. report.Models.Select(score)];
        var best = values.Where(v => !double.IsNaN(v)).All(v => more ? v <= values[model] : v >= values[model]);
        return $"<td{(best && !double.IsNaN(values[model]) && values.Length > 1 ? " class=\"best\"" : "")}>{(decimals is { } places ? Score(values[model], places) : Number(values[model]))}</td>";
    }
}
