using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Nowcast.Metrics;

/// <summary>Scores of nowcasts against pysteps, scikit-learn and the formulas themselves (the format deep-metric/1).</summary>
public sealed class NowcastMetricsFamily : IParityFamily
{
    private static readonly Dictionary<string, Action<MetricCase>> Parts = new()
    {
        ["categorical"] = CategoricalCases.Pysteps,
        ["categorical_masked"] = CategoricalCases.Masked,
        ["continuous"] = ContinuousCases.Run,
        ["crps"] = EnsembleCases.Crps,
        ["rank_histogram"] = EnsembleCases.Ranks,
        ["rank_histogram_expected"] = EnsembleCases.ExpectedRanks,
        ["ensemble_skill_spread"] = EnsembleCases.SkillSpread,
        ["brier"] = ProbabilityCases.Brier,
        ["reliability"] = ProbabilityCases.Reliability,
        ["roc"] = ProbabilityCases.Roc,
        ["relative_economic_value"] = ProbabilityCases.EconomicValue,
        ["fss"] = SpatialCases.Fractions,
        ["fss_accum"] = SpatialCases.AccumulatedFractions,
        ["intensity_scale"] = SpatialCases.IntensityScale,
        ["binary_mse"] = SpatialCases.ScaleErrors,
        ["rapsd"] = SpatialCases.Spectrum,
    };

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Format == "deep-metric/1" && Parts.ContainsKey(MetricCase.Metric(parity));

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        var one = new MetricCase(parity, check);
        Parts[MetricCase.Metric(parity)](one);
        one.Close();
    }
}
