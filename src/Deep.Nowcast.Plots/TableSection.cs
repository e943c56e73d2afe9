using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>The numbers behind the figures.</summary>
internal static class TableSection
{
    private static readonly (string Name, bool? More, Func<CategoricalTable, double> Score)[] Events =
    [
        ("CSI", true, t => t.CriticalSuccessIndex), ("POD", true, t => t.ProbabilityOfDetection), ("FAR", false, t => t.FalseAlarmRatio),
        ("POFD", false, t => t.FalseAlarmRate), ("bias", null, t => t.FrequencyBias), ("HSS", true, t => t.HeidkeSkill),
        ("GSS", true, t => t.GilbertSkill), ("HK", true, t => t.HanssenKuipers), ("SEDI", true, t => t.ExtremalDependence),
    ];

    private static readonly (string Name, bool? More, int Decimals, Func<ProbabilityTable, double> Score)[] Probabilities =
    [
        ("Brier", false, 5, p => p.Brier().Score), ("reliability", false, 5, p => p.Brier().Reliability), ("resolution", true, 5, p => p.Brier().Resolution),
        ("uncertainty", null, 5, p => p.Brier().Uncertainty), ("Brier skill", true, 3, p => p.Brier().SkillScore), ("ROC area", true, 3, p => p.Roc(21).Area),
    ];

    public static void Write(StringBuilder page, NowcastReport report)
    {
        page.Add($"<h2>Tables</h2><p class=\"note\">Bold: no model is better. {Undefined}: not defined, because the event was not observed, or not forecast, or nothing was observed. ");
        page.Append("All numbers of all lead times are in the report's JSON and CSV.</p>");
        page.Append("<p>Yes or no, of every member's own. CSI: hits over hits, misses and false alarms. POD: the share of the events that were forecast. FAR: the share of the alarms that were false. ");
        page.Append("POFD: the share of the dry cells with an alarm. Bias: alarms over events; 1 is right, above it the event is forecast too often. HSS, GSS: correct forecasts, and CSI, beyond those of chance. ");
        page.Append("HK: POD less POFD. SEDI: skill that does not fade because an event is rare. All but FAR, POFD and bias are best at 1.</p>");
        for (var t = 0; t < report.Protocol.Thresholds.Count; t++)
        {
            var threshold = t;
            Rows(page, report, Title(report, t), [.. Events.Select(s => s.Name)], (model, m, place) => Events.Select(s => Cell(report, m, s.More, 3, x => s.Score(x.Leads[place].MemberTables[threshold]))));
        }

        page.Append("<p>Probabilities. Brier: the mean squared error of the probability, 0 is perfect; it is reliability (how far it is from the diagonal, 0 is perfect) less resolution ");
        page.Append("(how well it tells wet from dry, more is better) plus uncertainty (of the event itself). Brier skill: against the observed frequency everywhere. ROC area: 0.5 is chance, 1 perfect.</p>");
        for (var t = 0; t < report.Protocol.Thresholds.Count; t++)
        {
            var threshold = t;
            Rows(
                page, report, Title(report, t), [.. Probabilities.Select(s => s.Name)],
                (model, m, place) => Probabilities.Select(s => Cell(report, m, s.More, s.Decimals, x => s.Score(x.Leads[place].Probabilities[threshold]))));
        }

        if (report.Protocol.FractionScales.Count > 0)
        {
            page.Append("<p>Windows. FSS: whether as much of a window has rain as was observed; 1 is perfect.</p>");
            Rows(
                page, report, "FSS by rain rate and window",
                [.. from rate in report.Protocol.Thresholds from scale in report.Protocol.FractionScales select $"{Setting(rate)} mm/h, {scale}"],
                (model, m, place) => from t in Enumerable.Range(0, report.Protocol.Thresholds.Count)
                                     from s in Enumerable.Range(0, report.Protocol.FractionScales.Count)
                                     select Cell(report, m, true, 3, x => x.Leads[place].Fractions[t][s].Value));
        }

        Amounts(page, report);
    }

    private static void Amounts(StringBuilder page, NowcastReport report)
    {
        page.Append("<p>Rain rate in mm/h. CRPS: the distance of the forecast distribution from the observation; fair: of infinitely many such members. Of the ensemble mean: RMSE and MAE, typical errors; ");
        page.Append("bias, forecast minus observed; correlation. Spread: equals the RMSE where an ensemble is reliable.</p>");
        Rows(
            page, report, "Rain rate, mm/h", ["CRPS", "fair CRPS", "RMSE", "MAE", "bias", "correlation", "spread", "observed mean", "cells"],
            (model, m, place) =>
            [
                Cell(report, m, false, null, x => x.Leads[place].Crps.Exact), Cell(report, m, null, null, x => x.Leads[place].Crps.Fair),
                Cell(report, m, false, null, x => x.Leads[place].RootMeanSquaredError), Cell(report, m, false, null, x => x.Leads[place].MeanErrors.MeanAbsoluteError),
                Cell(report, m, null, null, x => LeadSection.Bias(x.Leads[place])), Cell(report, m, true, 3, x => LeadSection.Correlation(x.Leads[place])),
                Cell(report, m, null, null, x => x.Leads[place].Spread), Cell(report, m, null, null, x => x.Leads[place].MeanErrors.ObservedMean),
                Count(model.Leads[place].Crps.Cells),
            ]);
    }

    private static string Title(NowcastReport report, int threshold)
    {
        var rate = report.Models[0].Leads[^1].MemberTables[threshold].BaseRate;
        return $"At least {Setting(report.Protocol.Thresholds[threshold])} mm/h (observed in {Number(rate * 100, 2)}{(double.IsNaN(rate) ? "" : " %")} of the cells at the last lead time)";
    }

    private static void Rows(StringBuilder page, NowcastReport report, string title, string[] columns, Func<ModelScores, int, int, IEnumerable<string>> cells) => Table(
        page, title, ["model", "lead", .. columns],
        OverviewSection.Places(report, 3).SelectMany(place => report.Models.Select((model, m) => (IEnumerable<string>)
            [Text(model.Name), OverviewSection.Minutes(report, place), .. cells(model, m, place)])));

    private static string Cell(NowcastReport report, int model, bool? more, int? decimals, Func<ModelScores, double> score)
    {
        var value = score(report.Models[model]);
        return more is { } better
            ? OverviewSection.Best(report, model, score, better, decimals)
            : decimals is { } places ? Score(value, places) : Number(value);
    }
}
