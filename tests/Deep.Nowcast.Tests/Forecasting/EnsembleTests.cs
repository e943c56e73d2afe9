using Deep.Nowcast;
using Deep.Tensors;

namespace Deep.Nowcast.Tests.Forecasting;

public class EnsembleTests
{
    // Two members of two steps on one row of two cells; the second cell is known to the first member only.
    private static NowcastEnsemble Small() => new([1, 4, 3, 0, 2, float.NaN, 5, float.NaN], 2, RadarGrid.Plain(1, 2),
        new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(5));

    [Fact]
    public void Statistics_are_over_the_members_that_know_a_cell()
    {
        using var forecast = Small();
        Assert.Equal(new[,] { { 1.5f, 4 } }, forecast.Mean(5));
        Assert.Equal(new[,] { { 0.5f, 1 } }, forecast.ExceedanceProbability(5, 2));
        Assert.Equal(new[,] { { 3.5f, 0 } }, forecast.Quantile(10, 0.25));
        Assert.Equal(new[,] { { 5f, float.NaN } }, forecast.Member(1, 1));
    }

    [Fact]
    public void Accumulations_are_millimetres()
    {
        using var forecast = Small();
        Assert.Equal(4.0 / 12, forecast.Accumulation(0, 0, 10)[0, 0], 1e-6);
        Assert.Equal(3.0 / 12, forecast.Accumulation(0, 5, 10)[0, 0], 1e-6);
        Assert.Equal(5.5 / 12, forecast.MeanAccumulation(0, 10)[0, 0], 1e-6);
        Assert.Equal(0.5, forecast.AccumulationExceedance(0, 10, 0.5)[0, 0]);
        Assert.True(float.IsNaN(forecast.Accumulation(1, 0, 10)[0, 1]));
    }

    [Fact]
    public void A_cell_that_no_member_knows_is_not_a_number()
    {
        using var forecast = new NowcastEnsemble([float.NaN, 1], 1, RadarGrid.Plain(1, 2), default, TimeSpan.FromMinutes(5));
        Assert.True(float.IsNaN(forecast.Mean(5)[0, 0]));
        Assert.True(float.IsNaN(forecast.ExceedanceProbability(5, 1)[0, 0]));
        Assert.True(float.IsNaN(forecast.Quantile(5, 0.5)[0, 0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    public void A_lead_time_that_is_no_step_is_an_error(int minutes)
    {
        using var forecast = Small();
        var error = Assert.Throws<ConfigurationException>(() => forecast.Mean(minutes));
        Assert.Contains("a multiple of 5 minutes up to 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tensor_is_the_ensembles_own()
    {
        var live = new LiveTensors();
        var forecast = Small();
        Assert.Equal([2, 2, 1, 2], forecast.Rain.shape);
        Assert.Same(forecast.Rain, forecast.Rain);
        using (var copy = new NowcastEnsemble(forecast.Rain, forecast.Grid, forecast.Start, forecast.Cadence))
        {
            Assert.Equal(forecast.Values(1, 0).ToArray(), copy.Values(1, 0).ToArray());
        }

        forecast.Dispose();
        Assert.Equal(0, live.Created);
        Assert.Throws<ObjectDisposedException>(() => forecast.Rain);
    }

    [Fact]
    public void Values_that_do_not_fit_are_an_error()
    {
        Assert.Throws<ShapeException>(() => new NowcastEnsemble(new float[5], 2, RadarGrid.Plain(1, 2), default, TimeSpan.FromMinutes(5)));
        Assert.Throws<ConfigurationException>(() => new NowcastEnsemble(new float[4], 2, RadarGrid.Plain(1, 2), default, TimeSpan.Zero));
        using var forecast = Small();
        Assert.Throws<ArgumentOutOfRangeException>(() => forecast.Member(2, 0));
    }
}
