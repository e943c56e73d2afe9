using System.Text.Json;
using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Nowcast;

/// <summary>Conversions of units and the probability of importance sampling.</summary>
public sealed class RadarUnitFamily : IParityFamily
{
    // pysteps puts what stands for no rain 5 dB below the threshold.
    private const double BelowThreshold = 5;

    private static readonly string[] s_metrics =
        ["to_rainrate_accum", "to_rainrate", "to_reflectivity", "db_transform", "importance_probability"];

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "nowcast_metrics" && s_metrics.Contains(Metric(parity));

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        var config = parity.Config;
        switch (Metric(parity))
        {
            case "to_rainrate_accum":
                var interval = TimeSpan.FromMinutes(config.Number("accutime"));
                Each(parity, check, "mm", "rate", value => RadarField.RainRate(value, interval));
                break;
            case "to_rainrate":
                var towards = new ReflectivityRelation(config.Number("zr_a"), config.Number("zr_b"));
                var (dry, dryBelow) = (config.Number("zerovalue"), config.Number("threshold"));
                Each(parity, check, "dbz", "rate", dbz => dbz < dryBelow ? 0 : towards.RainRate(dbz));
                Single(parity, check, "zerovalue", dry < dryBelow ? 0 : towards.RainRate(dry));
                Single(parity, check, "threshold", towards.RainRate(dryBelow));
                break;
            case "to_reflectivity":
                var back = new ReflectivityRelation(config.Number("zr_a"), config.Number("zr_b"));
                var least = back.Reflectivity(config.Number("threshold"));
                Each(parity, check, "rate", "dbz", rate => back.Reflectivity(rate));
                Single(parity, check, "threshold", least);
                Single(parity, check, "zerovalue", least - BelowThreshold);
                break;
            case "db_transform":
                var decibels = new DecibelTransform(config.Number("threshold"), config.Number("zerovalue"));
                Each(parity, check, "rate", "db", decibels.Apply);
                break;
            default:
                var sampling = new ImportanceSampling(config.Number("q_min"), config.Number("m"), config.Number("s"));
                Single(parity, check, "q", sampling.Probability(Inputs(parity, "crop")));
                break;
        }
    }

    private static void Each(ParityCase parity, CaseCheck check, string input, string output, Func<double, double> convert)
    {
        double[] expected = [.. Flat(parity.Root.GetProperty("expected").GetProperty(output))];
        double[] actual = [.. Inputs(parity, input).Select(convert)];
        check.Agree(output, expected, actual, Tolerance(parity) * expected.Max(Math.Abs));
    }

    private static void Single(ParityCase parity, CaseCheck check, string name, double actual)
    {
        var expected = parity.Root.GetProperty("expected").GetProperty(name).GetDouble();
        check.Agree(name, [expected], [actual], Tolerance(parity) * Math.Max(1e-9, Math.Abs(expected)));
    }

    private static double[] Inputs(ParityCase parity, string name) =>
        [.. Flat(parity.Root.GetProperty("inputs").GetProperty(name))];

    private static double Tolerance(ParityCase parity) => parity.Root.GetProperty("tolerance_rel").GetDouble();

    private static string Metric(ParityCase parity) =>
        parity.Root.TryGetProperty("metric", out var metric) ? metric.GetString() ?? "" : "";

    private static IEnumerable<double> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.Null => [double.NaN],
        _ => [value.GetDouble()],
    };
}
