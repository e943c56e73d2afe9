using Deep.Nowcast;

namespace Deep.Parity.Families.Nowcast.Metrics;

/// <summary>Brier score, reliability, ROC and economic value, all from the table of probabilities.</summary>
internal static class ProbabilityCases
{
    public static void Brier(MetricCase one)
    {
        var score = Table(one).Brier();
        one.Agree("brier", score.Score);
        one.Agree("reliability", score.Reliability);
        one.Agree("resolution", score.Resolution);
        one.Agree("uncertainty", score.Uncertainty);
        one.Agree("bss_climatology", score.SkillScore);
    }

    public static void Reliability(MetricCase one)
    {
        var (table, bins) = (Table(one), one.Config.Whole("n_bins"));
        var diagram = table.Reliability(bins, one.Config.Number("min_count"));
        one.Agree("r", [.. diagram.Probabilities]);
        one.Agree("f", [.. diagram.Frequencies]);
        one.Agree("sample_size", [.. diagram.Cells]);

        // pysteps writes 0 for the size of a bin that it drops; ours keeps the size and has no point.
        var ten = table.Reliability(bins, 10);
        one.Agree("sample_size_min10", [.. ten.Cells.Zip(ten.Probabilities, (n, p) => double.IsNaN(p) ? 0 : n)]);
    }

    // pysteps returns (POFD, POD) though its documentation says (POD, POFD), and the case took the documentation's names.
    public static void Roc(MetricCase one)
    {
        var curve = Table(one).Roc(one.Config.Whole("n_prob_thrs"));
        one.Agree("POD", [.. curve.FalseAlarmRates]);
        one.Agree("POFD", [.. curve.HitRates]);
        one.Agree("area", curve.Area);
    }

    public static void EconomicValue(MetricCase one)
    {
        var value = Table(one).EconomicValue(one.Config.Numbers("cost_loss"), one.Config.Numbers("decision_thresholds"));
        one.Agree("rev_max_over_thresholds", [.. value.Values]);
    }

    private static ProbabilityTable Table(MetricCase one) =>
        NowcastMetrics.Probabilities(one.Input("prob"), one.Input("obs"), new(one.Config.Number("threshold")));
}
