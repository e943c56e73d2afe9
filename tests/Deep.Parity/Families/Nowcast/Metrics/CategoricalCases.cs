using Deep.Nowcast;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.Nowcast.Metrics;

/// <summary>Contingency tables: pysteps' strict ones that count NaN as below, and those without missing cells.</summary>
internal static class CategoricalCases
{
    public static void Pysteps(MetricCase one)
    {
        one.Config.Informational("comparison");
        var table = NowcastMetrics.Categorical(one.Input("pred"), one.Input("obs"), RainEvent.Pysteps(one.Config.Number("threshold")));
        Counts(one, table);
        one.Agree("POD", table.ProbabilityOfDetection);
        one.Agree("FAR", table.FalseAlarmRatio);
        one.Agree("FA", table.FalseAlarmRate);
        one.Agree("ACC", table.Accuracy);
        one.Agree("BIAS", table.FrequencyBias);
        one.Agree("HSS", table.HeidkeSkill);
        one.Agree("HK", table.HanssenKuipers);
        one.Agree("GSS", table.GilbertSkill);
        one.Agree("SEDI", table.ExtremalDependence);
        one.Agree("MCC", table.MatthewsCorrelation);
        one.Agree("F1", table.F1);
    }

    public static void Masked(MetricCase one)
    {
        if (one.Config.Text("comparison") != ">=")
        {
            throw new MalformedCaseException("a masked table compares by >=");
        }

        Counts(one, NowcastMetrics.Categorical(one.Input("pred"), one.Input("obs"), one.Config.Number("threshold")));
    }

    private static void Counts(MetricCase one, CategoricalTable table)
    {
        one.Agree("hits", table.Hits);
        one.Agree("misses", table.Misses);
        one.Agree("false_alarms", table.FalseAlarms);
        one.Agree("correct_negatives", table.CorrectNegatives);
        one.Agree("CSI", table.CriticalSuccessIndex);
    }
}
