using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>The numbers behind the figures.</summary>
internal static class TableSection
{
    private static readonly (string Name, bool More, Func<CategoricalTable, double> Score)[] Scores =
    [
        ("CSI", true, t => t.CriticalSuccessIndex), ("POD", true, t => t.ProbabilityOfDetection), ("FAR", false, t => t.FalseAlarmRatio),
        ("HSS", true, t => t.HeidkeSkill), ("SEDI", true, t => t.ExtremalDependence),
    ];

    public static void Write(StringBuilder page, NowcastReport report)
    {
        page.Add($"<h2>Tables</h2><p class=\"note\">Bold: no model is better. {Undefined}: not defined, because the event was not observed, or not forecast, or nothing was observed. ");
        page.Append("All numbers of all lead times are in the report's JSON and CSV.</p>");
        var places = OverviewSection.Places(report, 3);
        for (var t = 0; t < report.Protocol.Thresholds.Count; t++)
        {
            var threshold = t;
            var rate = report.Models[0].Leads[^1].MemberTables[t].BaseRate;
            Table(
                page, $"At least {Setting(report.Protocol.Thresholds[t])} mm/h (observed in {Number(rate * 100, 2)}{(double.IsNaN(rate) ? "" : " %")} of the cells at the last lead time)",
                ["model", "lead", .. Scores.Select(s => s.Name), "bias", "Brier", "Brier skill", "ROC area"],
                places.SelectMany(place => report.Models.Select((model, m) => (IEnumerable<string>)
                [
                    Text(model.Name), OverviewSection.Minutes(report, place),
                    .. Scores.Select(s => OverviewSection.Best(report, m, x => s.Score(x.Leads[place].MemberTables[threshold]), s.More)),
                    Number(model.Leads[place].MemberTables[threshold].FrequencyBias),
                    OverviewSection.Best(report, m, x => x.Leads[place].Probabilities[threshold].Brier().Score, more: false),
                    OverviewSection.Best(report, m, x => x.Leads[place].Probabilities[threshold].Brier().SkillScore, more: true),
                    OverviewSection.Best(report, m, x => x.Leads[place].Probabilities[threshold].Roc().Area, more: true),
                ])));
        }

        Table(
            page, "Rain rate, mm/h", ["model", "lead", "CRPS", "fair CRPS", "RMSE of the mean", "bias of the mean", "spread", "cells"],
            places.SelectMany(place => report.Models.Select((model, m) => (IEnumerable<string>)
            [
                Text(model.Name), OverviewSection.Minutes(report, place), OverviewSection.Best(report, m, x => x.Leads[place].Crps.Exact, more: false),
                Number(model.Leads[place].Crps.Fair), OverviewSection.Best(report, m, x => x.Leads[place].RootMeanSquaredError, more: false),
                Number(model.Leads[place].MeanErrors.Cells > 0 ? model.Leads[place].MeanErrors.MeanError : double.NaN), Number(model.Leads[place].Spread),
                Number(model.Leads[place].Crps.Cells),
            ])));
    }
}
