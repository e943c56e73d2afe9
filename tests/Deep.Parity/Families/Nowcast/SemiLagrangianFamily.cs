using System.Text.Json;
using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Nowcast;

/// <summary>Backward semi-Lagrangian advection.</summary>
public sealed class SemiLagrangianFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "nowcast_metrics"
        && parity.Root.TryGetProperty("metric", out var metric) && metric.GetString() == "semilagrangian";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        var (config, inputs) = (parity.Config, parity.Root.GetProperty("inputs"));
        // The velocity's name only says how the numbers were made.
        config.Informational("velocity", "outval");
        if (config.Whole("interp_order") != 1)
        {
            check.Lacks("advection that is not bilinear");
            return;
        }

        var rain = inputs.GetProperty("precip");
        var (height, width) = (rain.GetArrayLength(), rain[0].GetArrayLength());
        var velocity = inputs.GetProperty("velocity");
        var motion = new MotionField(height, width, [.. Flat(velocity[0])], [.. Flat(velocity[1])]);
        var fields = SemiLagrangian.Advect([.. Flat(rain).Select(value => (float)value)], motion,
            config.Whole("timesteps"), config.Whole("n_iter"), config.Has("outval") ? (float)config.Number("outval") : float.NaN);
        double[] expected = [.. Flat(parity.Root.GetProperty("expected").GetProperty("fields")).Select(Comparable)];
        double[] actual = [.. fields.SelectMany(field => field.Select(value => Comparable(value)))];
        var tolerance = parity.Root.GetProperty("tolerance_rel").GetDouble();
        check.Agree("fields", expected, actual, tolerance * expected.Where(double.IsFinite).Max(Math.Abs));
    }

    // Not known must meet not known: equal infinities agree, and nothing else does with them.
    private static double Comparable(double value) => double.IsNaN(value) ? double.PositiveInfinity : value;

    private static IEnumerable<double> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.Null => [double.NaN],
        _ => [value.GetDouble()],
    };
}
