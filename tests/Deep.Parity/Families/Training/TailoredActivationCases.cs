using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training.SignalPropagation;

namespace Deep.Parity.Families.Training;

/// <summary>The leaky ReLU of TAT: its map of correlations, and its slope for chains and residual networks.</summary>
internal static class TailoredActivationCases
{
    // The reference stops its search when M is within 1e-8 of the target.
    private const double Search = 2e-7;
    private static readonly string[] Counts = ["n", "chain_length", "activations", "num_activations", "n_activations", "length", "N", "layers", "L", "depth"];
    private static readonly string[] Etas = ["eta", "c_val_0_target", "target", "C0_target"];
    private static readonly string[] Slopes = ["negative_slope", "slope", "a", "neg_slope"];
    private static readonly string[] Scales = ["output_scale", "scale"];
    private static readonly string[] Reached = ["M", "M(0)", "C(0)", "C_f(0)", "c0", "C0", "c_val_0", "value", "max_c0"];
    private static readonly string[] Texts = ["net", "name", "note", "error", "unachievable", "achievable"];

    public static void CorrelationMap(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, at) in root.List("cases"))
        {
            CaseFields.Only(entry, ["negative_slope", "c", "cmap"], at);
            var activation = new TailoredLeakyRelu { NegativeSlope = entry.GetProperty("negative_slope").GetDouble() };
            check.Agree(at, entry.GetProperty("cmap").Numbers(), [.. entry.GetProperty("c").Numbers().Select(activation.CorrelationMap)], 1e-10);
        }
    }

    public static void Chain(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, at) in root.List("cases", "rows", "table"))
        {
            if (entry.ValueKind == JsonValueKind.Array)
            {
                // A row without names: activations, target, slope, and perhaps the scale.
                var row = entry.EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.Number ? cell.GetDouble() : (double?)null).ToArray();
                if (row.Length is < 3 or > 4 || row[0] is null || row[1] is null)
                {
                    throw new MalformedCaseException($"{at} is not a row of activations, target, slope and scale");
                }

                Slope(NetworkTopology.Chain((int)row[0]!), row[1]!.Value, row[2], row.ElementAtOrDefault(3), null, at, check);
                continue;
            }

            CaseFields.Only(entry, [.. Counts, .. Etas, .. Slopes, .. Scales, .. Reached, .. Texts], at);
            var count = entry.Number(Counts) ?? throw new MalformedCaseException($"{at} does not say how many activations there are");
            Named(entry, NetworkTopology.Chain((int)count), root, at, check);
        }
    }

    public static void Residual(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, at) in root.List("cases", "rows"))
        {
            CaseFields.Only(
                entry, ["blocks", "activations_per_branch", "shortcut_weight", .. Etas, .. Slopes, .. Scales, .. Reached, .. Texts], at);
            var topology = NetworkTopology.Residual(
                [.. entry.GetProperty("blocks").Numbers().Select(n => (int)n)],
                entry.GetProperty("activations_per_branch").GetInt32(), entry.GetProperty("shortcut_weight").GetDouble());
            Named(entry, topology, root, at, check);
        }
    }

    private static void Named(JsonElement entry, NetworkTopology topology, JsonElement root, string at, CaseCheck check)
    {
        var eta = entry.Number(Etas) ?? root.Number(Etas) ?? throw new MalformedCaseException($"{at} has no target");
        Slope(topology, eta, entry.Number(Slopes), entry.Number(Scales), entry.Number(Reached), at, check);
    }

    // Without a slope the target is one that cannot be reached.
    private static void Slope(NetworkTopology topology, double eta, double? slope, double? scale, double? reached, string at, CaseCheck check)
    {
        TailoredLeakyRelu? found = null;
        try
        {
            found = TailoredLeakyRelu.For(topology, eta);
        }
        catch (ConfigurationException)
        {
        }

        check.Agree($"{at}: whether the target is reached", [slope is null ? 0 : 1], [found is null ? 0 : 1], 0);
        if (slope is { } a && found is not null)
        {
            check.Agree($"{at}: negative_slope", [a], [found.NegativeSlope], Search);
            check.Agree($"{at}: output_scale", [scale ?? Math.Sqrt(2 / (1 + (a * a)))], [found.OutputScale], Search);
            check.Agree($"{at}: M(0)", [reached ?? eta], [topology.Compose(0, found.CorrelationMap)], Search);
        }
    }
}
