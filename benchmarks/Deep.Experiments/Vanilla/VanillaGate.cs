using System.Globalization;
using Deep.Training.SignalPropagation;

namespace Deep.Experiments.Vanilla;

/// <summary>A short form of <see cref="VanillaClaim"/> that a build can wait for: it fails when the claim no longer holds.</summary>
/// <remarks>
/// Without shaped attention 36 layers learn how often each character occurs and no more; with it, or with Value-SkipInit, they learn more. Medians of
/// three seeds.
/// </remarks>
internal static class VanillaGate
{
    private const long Steps = 150;
    private const double Rate = 3e-4;
    private const double NoMoreThanFrequencies = 0.08;
    private const double MoreThanFrequencies = 3.0;

    /// <summary>Trains, prints a line a run and one a bound, and says whether all bounds hold.</summary>
    public static bool Holds(VanillaRunner runner)
    {
        var plain = Median("plain, orthogonal");
        var holds = Check($"plain: {Text(plain)}, within {NoMoreThanFrequencies} of the {Text(runner.UnigramEntropy)} of the frequencies",
            Math.Abs(plain - runner.UnigramEntropy) <= NoMoreThanFrequencies);
        foreach (var method in new[] { "E-SPA", "Value-SkipInit" })
        {
            var median = Median(method);
            holds &= Check($"{method}: {Text(median)}, below {MoreThanFrequencies:F1}", median < MoreThanFrequencies);
        }

        return holds;

        double Median(string method)
        {
            var plan = VanillaClaim.Methods.Single(setting => setting.Name == method).Plan with { Steps = Steps, LearningRate = Rate };
            return SeedSummary.Median([.. Enumerable.Range(0, 3)
                .Select(seed => runner.Run(plan with { Seed = seed }).TestLoss ?? double.PositiveInfinity)
                .Order()]);
        }
    }

    private static bool Check(string bound, bool holds)
    {
        Console.WriteLine($"{(holds ? "holds" : "FAILS")}: {bound}");
        return holds;
    }

    private static string Text(double loss) => loss.ToString("F3", CultureInfo.InvariantCulture);
}
