using Deep.Nowcast;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.Nowcast.Metrics;

/// <summary>Scores of neighbourhoods and scales, and spectra.</summary>
internal static class SpatialCases
{
    public static void Fractions(MetricCase one)
    {
        one.Config.Informational("comparison", "window", "nan");
        foreach (var entry in one.Expected.EnumerateArray())
        {
            var (threshold, scale) = (entry.GetProperty("threshold").GetDouble(), entry.GetProperty("scale").GetInt32());
            one.Agree($"threshold {threshold}, scale {scale}", entry.GetProperty("fss"), [Score(one, "pred", "obs", threshold, scale).Value]);
        }
    }

    public static void AccumulatedFractions(MetricCase one)
    {
        var (threshold, scale) = (one.Config.Number("threshold"), one.Config.Whole("scale"));
        one.Agree("fss", (Score(one, "pred0", "obs0", threshold, scale) + Score(one, "pred1", "obs1", threshold, scale)).Value);
    }

    public static void IntensityScale(MetricCase one)
    {
        if (one.Config.Text("name") != "FSS")
        {
            throw new MalformedCaseException("only the FSS is known to the adapter");
        }

        var shape = one.Shape("obs");
        var table = NowcastMetrics.IntensityScale(
            one.Input("pred"), one.Input("obs"), shape[0], shape[1], one.Config.Numbers("thresholds"), one.Config.Integers("scales"));
        one.Agree("matrix", [.. table.Scores.SelectMany(row => row.Select(s => s.Value))]);
    }

    public static void ScaleErrors(MetricCase one)
    {
        if (one.Config.Text("wavelet") != "haar")
        {
            throw new MalformedCaseException("only the Haar wavelet is known to the adapter");
        }

        var shape = one.Shape("obs");
        var errors = NowcastMetrics.ScaleErrors(one.Input("pred"), one.Input("obs"), shape[0], shape[1], new(one.Config.Number("threshold")));
        one.Agree("skill", [.. errors.Skills]);
        one.Agree("scales", [.. errors.Scales]);
    }

    public static void Spectrum(MetricCase one)
    {
        var shape = one.Shape("field");
        var spectrum = NowcastMetrics.RadialSpectrum(one.Input("field"), shape[0], shape[1], one.Config.Number("d"));
        one.Agree("psd", [.. spectrum.Power]);
        one.Agree("freq", [.. spectrum.Frequencies]);
        one.Agree("psd_normalized", [.. spectrum.Normalized]);
    }

    // pysteps sets NaN below the threshold.
    private static FractionsSkill Score(MetricCase one, string forecast, string observed, double threshold, int scale)
    {
        var shape = one.Shape(observed);
        return NowcastMetrics.FractionsSkill(
            one.Input(forecast), one.Input(observed), shape[0], shape[1], new(threshold, Missing: MissingCells.BelowThreshold), scale);
    }
}
