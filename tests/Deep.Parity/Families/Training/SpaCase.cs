using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Training;

/// <summary>Shaped attention: schedule, A, D, B and the kernel after each layer, and what attention makes of it.</summary>
internal static class SpaCase
{
    private static readonly string[] Fields =
    [
        "format", "kind", "source", "doc", "note", "T", "L", "causal", "schedule", "gamma_L", "gammas", "alphas", "rho_L", "rhos",
        "max_kernel_error", "min_A", "layers",
    ];

    private static readonly string[] LayerFields = ["l", "gamma", "rho", "A", "D", "B", "sigma", "rows", "A_rows", "D_rows", "B_rows", "sigma_rows"];

    public static void Run(JsonElement root, CaseCheck check)
    {
        CaseFields.Only(root, Fields, "the case");
        var length = root.GetProperty("T").GetInt32();
        var layers = Layers(root, length, check);
        check.Agree("L", [root.GetProperty("L").GetDouble()], [layers.Count], 0);
        var entries = root.GetProperty("layers").EnumerateArray().OrderBy(entry => entry.GetProperty("l").GetInt32()).ToList();
        var isKernelAsked = entries.Exists(entry => entry.TryGetProperty("sigma", out _) || entry.TryGetProperty("sigma_rows", out _));
        using var kernels = (isKernelAsked ? new KernelPropagation(layers).Propagate(length) : []).GetEnumerator();
        foreach (var entry in entries)
        {
            CaseFields.Only(entry, LayerFields, "a layer");
            using var scope = NewDisposeScope();
            var l = entry.GetProperty("l").GetInt32();
            int[]? rows = entry.TryGetProperty("rows", out var some) ? [.. some.EnumerateArray().Select(row => row.GetInt32())] : null;
            while (isKernelAsked && kernels.Current?.Layer != l)
            {
                kernels.MoveNext();
            }

            Layer(entry, $"layer {l}", layers[l - 1], isKernelAsked ? kernels.Current : null, length, rows, check);
        }
    }

    private static IReadOnlyList<SpaLayer> Layers(JsonElement root, int length, CaseCheck check)
    {
        var causal = root.GetProperty("causal").GetBoolean();
        var kind = root.GetProperty("kind").GetString();
        var count = root.GetProperty("L").GetInt32();
        if (kind == "U-SPA")
        {
            double[] correlations = [.. Entries(root.GetProperty("rhos")).Skip(1)];
            check.Agree("rhos[0]", [0], [Entries(root.GetProperty("rhos"))[0]], 0);
            var spread = Enumerable.Range(1, count).Select(l => correlations[^1] * l / count).ToArray();
            return spread.Zip(correlations).All(pair => Math.Abs(pair.First - pair.Second) < 1e-11)
                ? SpaSchedule.Uniform(count, correlations[^1], causal, length)
                : SpaSchedule.Uniform(correlations, causal, length);
        }

        if (kind != "E-SPA")
        {
            throw new MalformedCaseException($"the kind {kind} of shaped attention is not known");
        }

        var gammas = root.GetProperty("gammas");
        double[] decays = [.. Entries(gammas).Skip(1)];
        if (gammas[0].ValueKind != JsonValueKind.Null)
        {
            throw new MalformedCaseException("the first decay is not infinity");
        }

        if (root.TryGetProperty("alphas", out var alphas))
        {
            check.Agree("alphas", Entries(alphas), [1, .. decays.Select(decay => Math.Sqrt(1 - Math.Exp(-2 * decay)))], 1e-10);
        }

        // With the rounded decays of the file, the far entries of B would be off by the distance times the rounding.
        if (!root.TryGetProperty("gamma_L", out var final) || root.GetProperty("schedule").GetString() == "explicit")
        {
            return SpaSchedule.Exponential(decays, causal, length);
        }

        check.Agree("gammas", decays, [.. SpaSchedule.Decays(count, final.GetDouble())], 1e-10);
        return SpaSchedule.Exponential(count, final.GetDouble(), causal, length);
    }

    private static void Layer(JsonElement entry, string at, SpaLayer layer, KernelState? kernel, int length, int[]? rows, CaseCheck check)
    {
        Compare("D", 1, (first, count) => layer.RowSums(first, count, ScalarType.Float64, CPU));
        Compare("B", length, (first, count) => layer.Bias(first, count, length, ScalarType.Float64, CPU));
        Compare("A", length, (first, count) => Attended(layer, first, count, length));
        if (rows is null)
        {
            Compare("A", length, (_, _) => tensor([.. layer.Matrix(length).Cast<double>()]));
        }

        Compare("sigma", length, (first, count) => tensor(
            [.. Enumerable.Range(first, count).SelectMany(i => Enumerable.Range(0, length).Select(j => kernel![i, j]))]));
        Compare("B", length, (first, count) => layer.Bias(first, count, length, ScalarType.Float32, CPU), 1e-6);

        // All rows at once, or each row by itself.
        void Compare(string name, int width, Func<int, int, Tensor> ours, double precision = 2e-11)
        {
            if (!entry.TryGetProperty(rows is null ? name : name + "_rows", out var list))
            {
                return;
            }

            double[] actual = rows is null
                ? CaseTensors.ToNumbers(ours(0, length))
                : [.. rows.Zip(list.EnumerateArray()).SelectMany(pair => CaseTensors.ToNumbers(ours(pair.First, 1)).Take(Math.Min(width, Entries(pair.Second).Length)))];
            var expected = Entries(list);
            var largest = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            check.Agree($"{at}: {name}", expected, actual, Math.Max(precision * largest, 5e-12));
        }
    }

    // What attention makes of one-hot values.
    private static Tensor Attended(SpaLayer layer, int first, int count, int length)
    {
        var zero = zeros([1, 1, length, 4], ScalarType.Float64);
        return layer.Attend(zero.narrow(2, 0, count), zero, eye(length, dtype: ScalarType.Float64).reshape(1, 1, length, length), first);
    }

    private static double[] Entries(JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Array => [.. list.EnumerateArray().SelectMany(Entries)],
        JsonValueKind.Null => [double.NegativeInfinity],
        _ => [list.GetDouble()],
    };
}
