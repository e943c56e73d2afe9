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
        var (config, inputs) = (parity.Root.GetProperty("config"), parity.Root.GetProperty("inputs"));
        var rain = inputs.GetProperty("precip");
        var (height, width) = (rain.GetArrayLength(), rain[0].GetArrayLength());
        var velocity = inputs.GetProperty("velocity");
        var motion = new MotionField(height, width, [.. Flat(velocity[0])], [.. Flat(velocity[1])]);
        var fields = SemiLagrangian.Advect([.. Flat(rain).Select(value => (float)value)], motion,
            config.GetProperty("timesteps").GetInt32(), config.GetProperty("n_iter").GetInt32(),
            (float)Flat(config.GetProperty("outval")).Single());
        double[] expected = [.. Flat(parity.Root.GetProperty("expected").GetProperty("fields"))];
        double[] actual = [.. fields.SelectMany(field => field.Select(value => (double)value))];
        var tolerance = parity.Root.GetProperty("tolerance_rel").GetDouble();
        check.Agree("fields", expected, actual, tolerance * expected.Where(double.IsFinite).Max(Math.Abs));
    }

    private static IEnumerable<double> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.Null => [double.NaN],
        _ => [value.GetDouble()],
    };
}
