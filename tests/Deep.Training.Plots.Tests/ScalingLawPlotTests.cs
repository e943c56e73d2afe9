namespace Deep.Training.Plots.Tests;

public class ScalingLawPlotTests
{
    private static readonly ScalingLawPlot Figure = new()
    {
        Title = "Loss over compute",
        Points = [.. from width in new[] { 16, 32, 64 } from budget in Enumerable.Range(0, 4) select Point(width, budget)],
        Intercept = 4.2,
        Exponent = -0.16,
        Band = [.. Enumerable.Range(11, 4).Select(power => Math.Pow(10, power)).Select(compute => new ScalingInterval(compute, 0.95 * Law(compute), 1.05 * Law(compute)))],
        BandName = "95 % interval",
        HeldOut = new(2e13, Law(2e13), 0.95 * Law(2e13), 1.05 * Law(2e13), 1.02 * Law(2e13)),
    };

    [Fact]
    public void Widths_law_band_and_prediction_are_seen_and_the_same_values_give_the_same_bytes()
    {
        var png = Figure.Draw();
        Assert.Equal((960, 640), (Runs.Look(png).Width, Runs.Look(png).Height));
        Assert.True(Runs.Count(png, 0x00, 0x72, 0xB2) > 100, "the first width");
        Assert.True(Runs.Count(png, 0x00, 0x9E, 0x73) > 100, "the third width");
        Assert.True(Runs.Count(png, 0xFF, 0x00, 0x00) > 20, "what was measured");
        Assert.Equal(png, Figure.Draw());
        Assert.NotEqual(png, (Figure with { Band = [] }).Draw());
        Assert.NotEqual(png, (Figure with { HeldOut = null }).Draw());
        Assert.NotEqual(png, (Figure with { Exponent = -0.2 }).Draw());
    }

    [Fact]
    public void What_has_no_place_on_a_logarithmic_axis_is_left_out() => Assert.Equal(
        Figure.Draw(), (Figure with { Points = [.. Figure.Points, new(0, 1, "zero"), new(1e12, double.NaN, "nan"), new(1e12, -1, "negative")] }).Draw());

    [Fact]
    public void One_point_is_enough_and_none_or_a_law_that_is_not_finite_is_one_clear_error()
    {
        Assert.InRange(Runs.Look((Figure with { Points = [Point(16, 0)], Band = [], HeldOut = null }).Draw()).Inked, 0.005, 0.3);
        Assert.Throws<ConfigurationException>(() => (Figure with { Points = [] }).Draw());
        Assert.Contains("Exponent", Assert.Throws<ConfigurationException>(() => (Figure with { Exponent = double.NaN }).Draw()).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => (Figure with { Height = 10 }).Draw());
    }

    private static double Law(double compute) => Math.Exp(4.2 - 0.16 * Math.Log(compute));

    private static ScalingPoint Point(int width, int budget)
    {
        var compute = width * width * 4e8 * Math.Pow(2, budget);
        return new(compute, Law(compute) * (1.02 + 0.05 * Math.Abs(budget - 1.5)), $"width {width}");
    }
}
