using Deep.Nowcast;
using Deep.Nowcast.Tests.Forecasting;

namespace Deep.Nowcast.Tests.Verification;

public class PairedResamplingTests
{
    private static readonly NowcastProtocol Small = new()
    {
        Steps = 2,
        Members = 1,
        Thresholds = [1],
        PoolingWindows = [1],
        FractionScales = [],
        SpectrumPixels = 16,
        Accumulations = [],
    };

    private static readonly ResamplingOptions Cases = new() { Block = TimeSpan.FromMinutes(5) };

    [Fact]
    public void Of_few_cases_every_permutation_is_counted()
    {
        var report = Report();
        var cases = report.Cases.Count;
        Assert.InRange(cases, 5, 8);
        for (var lead = 0; lead < 2; lead++)
        {
            var terms = report.Cases.Select(c => (A: c.Terms[0][1][lead], B: c.Terms[1][1][lead])).ToArray();
            double Difference(int swaps)
            {
                double a = 0, b = 0, cellsA = 0, cellsB = 0;
                for (var i = 0; i < cases; i++)
                {
                    var (x, y) = (swaps >> i & 1) == 1 ? (terms[i].B, terms[i].A) : terms[i];
                    (a, b, cellsA, cellsB) = (a + x.Numerator, b + y.Numerator, cellsA + x.Denominator, cellsB + y.Denominator);
                }

                return Math.Abs((a / cellsA) - (b / cellsB));
            }

            var larger = Enumerable.Range(0, 1 << cases).Count(swaps => Difference(swaps) >= Difference(0) - 1e-12);
            var found = report.Compare("persistence", "other", "crps", Cases)[lead];
            Assert.Equal((double)larger / (1 << cases), found.PValue, 12);
            Assert.Equal(cases, found.Blocks);
            Assert.True(found.PValue >= 2.0 / (1 << cases));
        }
    }

    [Fact]
    public void Drawn_permutations_come_near_to_all_of_them_and_repeat_with_their_seed()
    {
        var report = Report();
        var all = report.Compare("persistence", "other", "crps", Cases)[1].PValue;
        ResamplingOptions few = Cases with { Draws = (1 << report.Cases.Count) - 1, Seed = 5 };
        var drawn = report.Compare("persistence", "other", "crps", few)[1].PValue;
        Assert.Equal(drawn, report.Compare("persistence", "other", "crps", few)[1].PValue);
        Assert.InRange(drawn, all - 0.35, all + 0.35);
        Assert.True(drawn > 0);
    }

    [Fact]
    public void Swapping_the_models_turns_the_difference_round_and_keeps_the_p_value()
    {
        var report = Report();
        var (there, back) = (report.Compare("persistence", "other", "crps", Cases)[0], report.Compare("other", "persistence", "crps", Cases)[0]);
        Assert.Equal(there.Difference, -back.Difference, 12);
        Assert.Equal(there.PValue, back.PValue);
    }

    // Two forecasts of about the same worth: neither wins in every case.
    private static NowcastReport Report() => NowcastVerification.Run(
        NowcastCase.Of(Rain.Sequence(12, 40, 40, Rain.Cells(5, 40, 40, 20), (x, y, t) => (x - t, y + (0.5 * t))), 4, 2, 1),
        [Persistence.Default, new NoisyNowcaster("other")], Small);
}
