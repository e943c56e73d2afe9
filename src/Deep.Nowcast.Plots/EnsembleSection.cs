using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>Whether ensembles say how sure they are: ranks, spread, reliability, ROC.</summary>
internal static class EnsembleSection
{
    public static void Write(StringBuilder page, NowcastReport report)
    {
        var (last, protocol) = (report.LeadMinutes.Count - 1, report.Protocol);
        int[] ensembles = [.. Enumerable.Range(0, report.Models.Count).Where(m => report.Models[m].Members > 1)];
        if (ensembles.Length > 0)
        {
            page.Append("<h2>Ensembles</h2><p>Rank histogram: where the observation lies among the members. Flat is right; a U says too little spread, a hump too much, a slope a bias. ");
            page.Add($"Cells where all is below {Setting(protocol.RankMinimum)} mm/h are left out. Spread: of a reliable ensemble it equals the error of its mean.</p><div class=\"figures\">");
            foreach (var m in ensembles)
            {
                foreach (var place in new[] { Math.Max(0, (report.LeadMinutes.Count / 3) - 1), last }.Distinct())
                {
                    var ranks = report.Models[m].Leads[place].Ranks;
                    (new Chart(
                        $"{report.Models[m].Name}, {OverviewSection.Minutes(report, place)}", new("rank of the observation", 0, ranks.Counts.Count - 1), new("share of cells", 0),
                        [new([.. ranks.Shares.Select((s, i) => ((double)i, s))], PageStyle.ColourOf(m), Bars: true)])
                    {
                        Guide = [(-0.5, 1.0 / ranks.Counts.Count), (ranks.Counts.Count - 0.5, 1.0 / ranks.Counts.Count)],
                        Without = "not defined: it was dry",
                    }).Write(page);
                }
            }

            foreach (var m in ensembles)
            {
                new Chart(
                    $"{report.Models[m].Name}: spread (dotted) and error of the mean", new("lead time, minutes", 0, report.LeadMinutes[^1]), new("mm/h", 0),
                    [
                        new([.. report.Models[m].Leads.Select((l, i) => (report.LeadMinutes[i], l.RootMeanSquaredError))], PageStyle.ColourOf(m)),
                        new([.. report.Models[m].Leads.Select((l, i) => (report.LeadMinutes[i], l.Spread))], PageStyle.ColourOf(m), "2 3"),
                    ]).Write(page);
            }

            page.Append("</div>");
        }

        page.Append("<h2>Probabilities</h2><p>Reliability: of the cells that were given a probability, how many had the event; on the diagonal they agree, on the dotted line, ");
        page.Append("how often the event was observed, they say nothing. Sharpness: how often each probability was given; points of few cells jump. ROC, the relative operating characteristic: hits against ");
        page.Append("false alarms for every limit from which one acts; the larger the area below the better, 0.5 is chance. A single forecast has one point.</p>");
        Models(page, report);
        page.Append("<div class=\"figures\">");
        var middle = (protocol.Thresholds.Count - 1) / 2;
        foreach (var place in new[] { Math.Max(0, (report.LeadMinutes.Count / 3) - 1), last }.Distinct())
        {
            Reliability(page, report, place, middle);
            Sharpness(page, report, place, middle);
            Roc(page, report, place, middle);
        }

        page.Append("</div>");
    }

    private static void Reliability(StringBuilder page, NowcastReport report, int place, int threshold) => new Chart(
        $"Reliability, {Setting(report.Protocol.Thresholds[threshold])} mm/h at {OverviewSection.Minutes(report, place)}",
        new("forecast probability", 0, 1), new("observed frequency", 0, 1),
        [
            .. report.Models.Select((model, m) => (Diagram: model.Leads[place].Probabilities[threshold].Reliability(), m)).Select(d => new ChartSeries(
                [.. d.Diagram.Probabilities.Zip(d.Diagram.Frequencies).Where(p => !double.IsNaN(p.First))], PageStyle.ColourOf(d.m), PageStyle.DashOf(d.m), Markers: true)),
        ])
    { Guide = [(0, 0), (1, 1)], Level = report.Models[0].Leads[place].Probabilities[threshold].BaseRate, Without = "not defined: nothing was observed" }.Write(page);

    private static void Sharpness(StringBuilder page, NowcastReport report, int place, int threshold) => new Chart(
        $"Sharpness, {Setting(report.Protocol.Thresholds[threshold])} mm/h at {OverviewSection.Minutes(report, place)}",
        new("forecast probability", 0, 1), new("share of cells", Most: 1, Logarithmic: true),
        [
            .. report.Models.Select((model, m) => (Diagram: model.Leads[place].Probabilities[threshold].Reliability(), m)).Select(d => new ChartSeries(
                [
                    .. d.Diagram.Probabilities.Zip(d.Diagram.Cells, (p, n) => (p, n / Math.Max(1, d.Diagram.Cells.Sum()))).Where(p => !double.IsNaN(p.p)),
                ], PageStyle.ColourOf(d.m), PageStyle.DashOf(d.m), Markers: true)),
        ])
    { Without = "not defined: nothing was observed" }.Write(page);

    private static void Roc(StringBuilder page, NowcastReport report, int place, int threshold)
    {
        var curves = report.Models.Select(m => m.Leads[place].Probabilities[threshold].Roc(21)).ToList();
        new Chart(
            $"ROC, {Setting(report.Protocol.Thresholds[threshold])} mm/h at {OverviewSection.Minutes(report, place)}",
            new("false alarms / dry cells", 0, 1), new("hits / events", 0, 1),
            [
                .. curves.Select((curve, m) => new ChartSeries(
                    double.IsNaN(curve.Area) ? [] : [(1, 1), .. curve.FalseAlarmRates.Zip(curve.HitRates), (0, 0)], PageStyle.ColourOf(m), PageStyle.DashOf(m))),
            ])
        { Guide = [(0, 0), (1, 1)] }.Write(page);
    }
}
