using Xunit;

namespace Deep.Training.Tests;

public class ScalingLawTests
{
    [Fact]
    public void An_exact_power_law_is_found_again_with_no_uncertainty()
    {
        double[] x = [1, 10, 100, 1000];
        var law = PowerLaw.Fit(x, [.. x.Select(value => 3 * Math.Pow(value, -0.25))]);

        Assert.Equal(-0.25, law.Exponent, 12);
        Assert.Equal(Math.Log(3), law.Intercept, 12);
        Assert.Equal(1, law.RSquared, 12);
        Assert.Equal(3 * Math.Pow(1e4, -0.25), law.At(1e4), 12);
        Assert.Equal(law.Exponent, law.ExponentInterval().High, 9);
    }

    [Fact]
    public void Intervals_are_those_of_textbook_regression()
    {
        // y = e^(0, 1, 3), x = e^(0, 1, 2): slope 1.5, intercept -1/6, residual deviation 1/sqrt(6), t(1 df, 95 %) = 12.7062.
        var law = PowerLaw.Fit([1, Math.E, Math.Exp(2)], [1, Math.E, Math.Exp(3)]);

        var (low, high) = law.ExponentInterval();
        var half = 12.706204736 / Math.Sqrt(6) / Math.Sqrt(2);
        Assert.Equal(1.5 - half, low, 6);
        Assert.Equal(1.5 + half, high, 6);

        var atTheMean = law.Interval(Math.E);
        var spread = 12.706204736 / Math.Sqrt(6) * Math.Sqrt(1 + (1.0 / 3));
        Assert.Equal(Math.Log(law.At(Math.E)) + spread, Math.Log(atTheMean.High), 6);
        Assert.True(law.Interval(Math.Exp(5)).High / law.At(Math.Exp(5)) > atTheMean.High / law.At(Math.E));
    }

    [Fact]
    public void Two_points_give_a_line_without_an_interval()
    {
        var law = PowerLaw.Fit([1, 2], [1, 4]);

        Assert.Equal(2, law.Exponent, 12);
        Assert.True(double.IsNaN(law.ExponentInterval().Low));
        Assert.True(double.IsNaN(law.Interval(3).High));
    }

    [Fact]
    public void Points_that_have_no_logarithm_are_refused_by_name()
    {
        Assert.Contains("-1", Assert.Throws<ConfigurationException>(() => PowerLaw.Fit([1, 2], [1, -1])).Message);
        Assert.Throws<ConfigurationException>(() => PowerLaw.Fit([1, 2], [1, double.NaN]));
        Assert.Throws<ConfigurationException>(() => PowerLaw.Fit([2, 2], [1, 3]));
        Assert.Throws<ConfigurationException>(() => PowerLaw.Fit([1, 2, 3], [1, 3]));
        Assert.Throws<ConfigurationException>(() => PowerLaw.Fit([1, 2], [1, 3]).Interval(1, confidence: 1));
    }

    [Fact]
    public void Only_runs_that_no_other_beats_at_their_compute_make_the_law()
    {
        ScalingRun[] runs =
        [
            new("wide", 1, 100, 2.5), new("narrow", 1, 10, 2.4), new("narrow", 4, 40, 2.0), new("wide", 2, 200, 1.6),
            new("narrow", 16, 160, 1.9), new("wide", 1, 40, 2.2),
        ];

        var law = ScalingLaw.Fit(runs);

        Assert.Equal([10, 40, 160, 200], law.Frontier.Select(run => run.Compute));
        Assert.Equal(PowerLaw.Fit([10, 40, 160, 200], [2.4, 2.0, 1.9, 1.6]).Exponent, law.Loss.Exponent);
        Assert.Equal(PowerLaw.Fit([10, 40, 160, 200], [1, 4, 16, 2]).Exponent, law.Epochs.Exponent);
        Assert.Throws<ConfigurationException>(() => ScalingLaw.Fit(runs[..2]));
    }

    [Fact]
    public void Training_costs_three_passes_a_picture() => Assert.Equal(600, ScalingRun.ComputeOf(2, 100));
}
