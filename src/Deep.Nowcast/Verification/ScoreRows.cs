namespace Deep.Nowcast;

/// <summary>Every score of a report under its name.</summary>
internal static class ScoreRows
{
    public static IEnumerable<ScoreRow> Of(NowcastReport report) =>
        report.Models.SelectMany(model => model.Leads
            .SelectMany((lead, i) => OfLead(report.Protocol, lead).Select(r => r with { Model = model.Name, LeadMinutes = report.LeadMinutes[i] }))
            .Concat(OfAccumulations(report.Protocol, model)));

    private static IEnumerable<ScoreRow> OfLead(NowcastProtocol protocol, LeadScores lead)
    {
        ScoreRow Row(string score, double value, double? threshold = null, double? scale = null) => new("", null, score, threshold, scale, value);
        yield return Row("cells", lead.Crps.Cells);
        yield return Row("crps", lead.Crps.Exact);
        yield return Row("crps_fair", lead.Crps.Fair);
        foreach (var pooled in lead.PooledCrps.Where(p => p.Window > 1))
        {
            yield return Row(pooled.Pooling == Pooling.Average ? "crps_average" : "crps_maximum", pooled.Score.Exact, scale: pooled.Window);
        }

        yield return Row("rmse_of_mean", lead.RootMeanSquaredError);
        yield return Row("bias_of_mean", lead.MeanErrors.Cells > 0 ? lead.MeanErrors.MeanError : double.NaN);
        yield return Row("mae_of_mean", lead.MeanErrors.Cells > 0 ? lead.MeanErrors.MeanAbsoluteError : double.NaN);
        yield return Row("correlation_of_mean", new ContinuousScores(lead.MeanErrors, double.NaN, double.NaN).PearsonCorrelation);
        yield return Row("spread", lead.Spread);
        yield return Row("rank_unevenness", lead.Ranks.Unevenness);
        for (var t = 0; t < protocol.Thresholds.Count; t++)
        {
            var (threshold, table, brier) = (protocol.Thresholds[t], lead.MemberTables[t], lead.Probabilities[t].Brier());
            yield return Row("csi", table.CriticalSuccessIndex, threshold);
            yield return Row("csi_of_mean", lead.MeanTables[t].CriticalSuccessIndex, threshold);
            yield return Row("pod", table.ProbabilityOfDetection, threshold);
            yield return Row("far", table.FalseAlarmRatio, threshold);
            yield return Row("pofd", table.FalseAlarmRate, threshold);
            yield return Row("frequency_bias", table.FrequencyBias, threshold);
            yield return Row("hss", table.HeidkeSkill, threshold);
            yield return Row("gss", table.GilbertSkill, threshold);
            yield return Row("hk", table.HanssenKuipers, threshold);
            yield return Row("sedi", table.ExtremalDependence, threshold);
            yield return Row("base_rate", table.BaseRate, threshold);
            yield return Row("brier", brier.Score, threshold);
            yield return Row("brier_reliability", brier.Reliability, threshold);
            yield return Row("brier_resolution", brier.Resolution, threshold);
            yield return Row("brier_uncertainty", brier.Uncertainty, threshold);
            yield return Row("brier_skill", brier.SkillScore, threshold);
            yield return Row("roc_area", lead.Probabilities[t].Roc().Area, threshold);
            for (var s = 0; s < protocol.FractionScales.Count; s++)
            {
                yield return Row("fss", lead.Fractions[t][s].Value, threshold, protocol.FractionScales[s]);
            }
        }
    }

    private static IEnumerable<ScoreRow> OfAccumulations(NowcastProtocol protocol, ModelScores model)
    {
        for (var t = 0; t < protocol.Accumulations.Count; t++)
        {
            var value = model.Accumulations[t].EconomicValue(protocol.CostLossRatios);
            for (var i = 0; i < value.Values.Count; i++)
            {
                yield return new(
                    model.Name, null, FormattableString.Invariant($"economic_value_at_{value.CostLossRatios[i]}"), protocol.Accumulations[t], null, value.Values[i]);
            }
        }
    }
}
