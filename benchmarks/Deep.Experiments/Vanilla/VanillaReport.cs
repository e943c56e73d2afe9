using System.Globalization;
using Deep.Training.Plots;

namespace Deep.Experiments.Vanilla;

/// <summary>Tables and figure of <see cref="VanillaClaim"/>.</summary>
internal static class VanillaReport
{
    /// <summary>A table of the methods by rate, one of the variations, and the deep run.</summary>
    public static string Tables(Func<VanillaPlan, VanillaOutcome> outcome)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"| | {string.Join(" | ", VanillaClaim.Rates.Select(rate => $"rate {rate.ToString(CultureInfo.InvariantCulture)}"))} |");
        text.WriteLine($"| --- |{string.Concat(VanillaClaim.Rates.Select(_ => " --- |"))}");
        foreach (var method in VanillaClaim.Methods)
        {
            var near = VanillaClaim.Near(method, outcome);
            text.WriteLine($"| {method.Name} | {string.Join(" | ", VanillaClaim.Rates.Select(rate => near.Contains(rate) ? Cell(method, rate) : First(method, rate)))} |");
        }

        var best = VanillaClaim.BestRate(VanillaClaim.Spa, outcome);
        text.WriteLine();
        text.WriteLine($"| E-SPA at rate {best.ToString(CultureInfo.InvariantCulture)} | test loss | largest gradient |");
        text.WriteLine("| --- | --- | ---: |");
        foreach (var setting in VanillaClaim.Variations.Prepend(VanillaClaim.Spa))
        {
            text.WriteLine($"| {setting.Name} | {Cell(setting, best)} | {Gradient(setting, best):F1} |");
        }

        text.WriteLine($"| {VanillaClaim.Deep.Name}, half the rate | {Cell(VanillaClaim.Deep, best / 2)} | {Gradient(VanillaClaim.Deep, best / 2):F1} |");
        return text.ToString();

        string Cell(VanillaSetting setting, double rate) => Losses(VanillaClaim.Of(setting, rate, outcome));

        string First(VanillaSetting setting, double rate) => Text(outcome(setting.Plan with { LearningRate = rate }).TestLoss ?? double.PositiveInfinity);

        double Gradient(VanillaSetting setting, double rate) => VanillaClaim.Of(setting, rate, outcome).Max(run => run.LargestGradient);
    }

    /// <summary>Learning curves of each method at its best rate, and the last loss over the rate.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Figure(Func<VanillaPlan, VanillaOutcome> outcome) => ComparisonFigure.DrawRow(
    [
        new ComparisonFigure
        {
            Title = "36 layers, each method at its best rate",
            XLabel = "updates",
            YLabel = "training loss, nats a character: median and range of three seeds",
            Width = 760,
            Height = 600,
            Series = [.. VanillaClaim.Methods.Select(method => new ComparisonSeries(method.Name, Curve(method, outcome)))],
        },
        new ComparisonFigure
        {
            Title = "after all updates",
            XLabel = "peak learning rate (logarithmic)",
            YLabel = "test loss, nats a character: median and range of three seeds",
            XScale = AxisScale.Logarithmic,
            Width = 760,
            Height = 600,
            Series =
            [
                .. VanillaClaim.Methods.Select(method => new ComparisonSeries(
                    method.Name,
                    [
                        .. VanillaClaim.Near(method, outcome).Select(rate => new ComparisonPoint(
                            rate, [.. VanillaClaim.Of(method, rate, outcome).Select(run => run.TestLoss ?? double.NaN)])),
                    ])),
            ],
        },
    ]);

    // Median (range); a run that broke down is the worst.
    private static string Losses(IReadOnlyList<VanillaOutcome> runs)
    {
        double[] losses = [.. runs.Select(run => run.TestLoss ?? double.PositiveInfinity).Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{Text(SeedSummary.Median(losses))} ({Text(losses[0])} – {Text(losses[^1])})");
    }

    private static string Text(double loss) => double.IsFinite(loss) ? loss.ToString("F3", CultureInfo.InvariantCulture) : "broke down";

    private static IReadOnlyList<ComparisonPoint> Curve(VanillaSetting method, Func<VanillaPlan, VanillaOutcome> outcome)
    {
        var runs = VanillaClaim.Of(method, VanillaClaim.BestRate(method, outcome), outcome);
        var reports = runs.Max(run => run.Curve.Count);
        var every = method.Plan.Steps / reports;
        return [.. Enumerable.Range(0, reports).Select(i => new ComparisonPoint(
            (i + 1) * every, [.. runs.Where(run => run.Curve.Count > i).Select(run => run.Curve[i])]))];
    }
}
