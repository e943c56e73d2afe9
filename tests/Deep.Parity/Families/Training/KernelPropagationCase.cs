using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training.SignalPropagation;

namespace Deep.Parity.Families.Training;

/// <summary>The kernel of an infinitely wide network with causal E-SPA and one tailored leaky ReLU a block, with both rescalings.</summary>
internal static class KernelPropagationCase
{
    private static readonly string[] Fields = ["format", "source", "doc", "note", "T", "L", "gamma_L", "eta", "negative_slope", "layers"];
    private static readonly string[] LayerFields = ["l", "q_paperD", "corr_last_row_paperD", "D_mlpaware", "corr_last_row_mlpaware", "q_mlpaware", "D_paperD"];

    public static void Run(JsonElement root, CaseCheck check)
    {
        CaseFields.Only(root, Fields, "the case");
        int length = root.GetProperty("T").GetInt32(), count = root.GetProperty("L").GetInt32();
        var slope = root.GetProperty("negative_slope").GetDouble();
        check.Agree("negative_slope", [slope], [TailoredLeakyRelu.ForChain(count, root.GetProperty("eta").GetDouble()).NegativeSlope], 1e-7);

        // The file's own slope from here on: it was found to 1e-8 only.
        var activation = new TailoredLeakyRelu { NegativeSlope = slope };
        var layers = SpaSchedule.Exponential(count, root.GetProperty("gamma_L").GetDouble());
        var published = Propagate(SpaRescale.Published);
        var exact = Propagate(SpaRescale.KernelExact);
        foreach (var entry in root.GetProperty("layers").EnumerateArray())
        {
            CaseFields.Only(entry, LayerFields, "a layer");
            var l = entry.GetProperty("l").GetInt32();
            Agree("q_paperD", published[l - 1].SquaredNorms);
            Agree("D_paperD", published[l - 1].Rescaling);
            Agree("corr_last_row_paperD", LastRow(published[l - 1]));
            Agree("q_mlpaware", exact[l - 1].SquaredNorms);
            Agree("D_mlpaware", exact[l - 1].Rescaling);
            Agree("corr_last_row_mlpaware", LastRow(exact[l - 1]));

            void Agree(string name, IReadOnlyList<double> actual)
            {
                if (entry.TryGetProperty(name, out var expected))
                {
                    check.Agree($"layer {l}: {name}", expected.Numbers(), actual, Math.Max(10 * expected.Tolerance(), 1e-10));
                }
            }
        }

        List<KernelState> Propagate(SpaRescale rescale) =>
            [.. new KernelPropagation(layers, activation.CorrelationMap, rescale: rescale).Propagate(length)];

        static double[] LastRow(KernelState state) => [.. Enumerable.Range(0, state.Length).Select(j => state.Correlation(state.Length - 1, j))];
    }
}
