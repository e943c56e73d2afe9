using Deep.Nowcast;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Forecasting;

public class StepsTests
{
    private static readonly NowcastOptions s_three = new() { Members = 3, Steps = 4, Seed = 7 };

    [Fact]
    public void A_member_depends_on_seed_and_number_alone()
    {
        var past = Moving(4);
        using var three = StepsEnsemble.Default.Forecast(past, s_three);
        using var two = StepsEnsemble.Default.Forecast(past, s_three with { Members = 2 });
        using var other = StepsEnsemble.Default.Forecast(past, s_three with { Seed = 8 });
        Assert.Equal(two.Values(1, 3).ToArray(), three.Values(1, 3).ToArray());
        Assert.NotEqual(three.Values(0, 3).ToArray(), three.Values(1, 3).ToArray());
        Assert.NotEqual(three.Values(0, 3).ToArray(), other.Values(0, 3).ToArray());
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var past = Moving(4);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            using var one = StepsEnsemble.Default.Forecast(past, s_three);
            set_num_threads(2);
            using var two = StepsEnsemble.Default.Forecast(past, s_three);
            Assert.Equal(one.Values(2, 3).ToArray(), two.Values(2, 3).ToArray());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Rain_keeps_its_distribution_and_its_motion()
    {
        var past = Moving(4);
        using var forecast = new StepsEnsemble(new() { Outside = 0 }).Forecast(past, new() { Members = 8, Steps = 6, Seed = 1 });
        using var still = Persistence.Default.Forecast(past, new() { Steps = 6 });
        var future = Moving(10).Fields[^1].Values;
        var mean = forecast.Mean(30).Cast<float>().ToArray();
        Assert.InRange(Error(mean, future), 0, 0.6 * Error(still.Values(0, 5).ToArray(), future));
        var wet = past.Fields[^1].Values.Count(v => v >= 1);
        Assert.InRange(forecast.Values(0, 0).ToArray().Count(v => v >= 1), 0.85 * wet, 1.1 * wet);
    }

    [Fact]
    public void Members_grow_apart_with_lead_time()
    {
        using var forecast = new StepsEnsemble(new() { Outside = 0 }).Forecast(Moving(4), new() { Members = 2, Steps = 6 });
        var (early, late) = (Apart(0), Apart(5));
        Assert.True(early > 0 && late > early, $"{early} {late}");

        double Apart(int step) => Error(forecast.Values(0, step).ToArray(), forecast.Values(1, step).ToArray());
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.05f)]
    public void No_rain_is_forecast_as_no_rain(float rate)
    {
        using var forecast = StepsEnsemble.Default.Forecast(Rain.Constant(3, 40, 50, rate), s_three);
        Assert.All(forecast.Values(2, 3).ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void No_observation_is_forecast_as_not_known()
    {
        using var forecast = StepsEnsemble.Default.Forecast(Rain.Constant(3, 40, 50, float.NaN), s_three);
        Assert.All(forecast.Values(2, 3).ToArray(), v => Assert.True(float.IsNaN(v)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(31, 33)]
    public void Rain_everywhere_and_grids_of_any_size_are_no_error(int height, int width)
    {
        using var forecast = new StepsEnsemble(new() { Outside = 0 }).Forecast(Rain.Constant(3, height, width, 2), s_three);
        Assert.All(forecast.Values(0, 3).ToArray(), v => Assert.InRange(v, 0, 3));
    }

    [Fact]
    public void Two_fields_are_too_few()
    {
        var error = Assert.Throws<ShapeException>(() => StepsEnsemble.Default.Forecast(Rain.Constant(2, 8, 8, 1)));
        Assert.Contains("needs the last 3 radar fields, but 2 came", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProbabilityMatching.None)]
    [InlineData(ProbabilityMatching.MeanShift)]
    public void Other_options_forecast_too_and_leave_no_tensor(ProbabilityMatching matching)
    {
        var past = Moving(3);
        var live = new LiveTensors();
        using (var forecast = new StepsEnsemble(new() { Matching = matching, MotionDeviation = 10, RainMask = false, Outside = 0 })
            .Forecast(past, s_three))
        {
            Assert.All(forecast.Values(1, 3).ToArray(), v => Assert.True(v >= 0 && float.IsFinite(v)));
        }

        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Levels_of_the_cascade_sum_to_the_field()
    {
        foreach (var (height, width) in new[] { (20, 33), (32, 16), (1, 1) })
        {
            var levels = CascadeFilters.LevelsOf(height, width, 8);
            var weights = CascadeFilters.Weights(height, width, levels);
            var size = weights.Length / levels;
            Assert.All(Enumerable.Range(0, size), i => Assert.Equal(1, Enumerable.Range(0, levels).Sum(k => weights[(k * size) + i]), 1e-5));
        }
    }

    [Fact]
    public void The_autoregression_has_the_correlations_that_it_is_made_of()
    {
        var (first, second, noise) = Autoregression.Of(0.9, 0.75);
        Assert.Equal(0.9, first / (1 - second), 1e-9);
        Assert.Equal(0.75, (first * 0.9) + second, 1e-9);
        Assert.InRange(noise, 0.1, 0.9);
        Assert.Equal(0, Autoregression.Of(double.NaN, double.NaN).First);
    }

    [Fact]
    public void Cancelling_ends_it()
    {
        using var source = new CancellationTokenSource();
        var past = Moving(3);
        Assert.Throws<OperationCanceledException>(() => StepsEnsemble.Default.Forecast(past, s_three, new Cancels(source), source.Token));
    }

    private sealed class Cancels(CancellationTokenSource source) : IProgress<NowcastProgress>
    {
        public void Report(NowcastProgress value) => source.Cancel();
    }

    private static RadarSequence Moving(int fields) =>
        Rain.Sequence(fields, 96, 120, Rain.Cells(1, 96, 120), (x, y, t) => (x - (3 * t), y - t));

    private static double Error(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Average();
}
