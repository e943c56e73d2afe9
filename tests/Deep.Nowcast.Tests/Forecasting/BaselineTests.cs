using Deep.Nowcast;
using Deep.Tensors;

namespace Deep.Nowcast.Tests.Forecasting;

public class BaselineTests
{
    public static TheoryData<INowcaster> All { get; } = [Persistence.Default, Extrapolation.Default];

    [Fact]
    public void Persistence_repeats_the_last_field()
    {
        var past = Moving(3);
        using var forecast = Persistence.Default.Forecast(past, new() { Members = 2, Steps = 3 });
        Assert.Equal((2, 3), (forecast.Members, forecast.Steps));
        Assert.Equal(past.Fields[^1].Values, forecast.Values(1, 2).ToArray());
        Assert.Equal(past.End + TimeSpan.FromMinutes(15), forecast.TimeOf(2));
    }

    [Fact]
    public void Extrapolation_moves_rain_on()
    {
        var past = Moving(4);
        using var forecast = Extrapolation.Default.Forecast(past, new() { Steps = 6 });
        using var still = Persistence.Default.Forecast(past, new() { Steps = 6 });
        var future = Moving(10).Fields[^1].Values;
        Assert.InRange(Error(forecast.Values(0, 5), future), 0, 0.2 * Error(still.Values(0, 5), future));
    }

    [Fact]
    public void Rain_from_outside_is_unknown_or_what_is_asked_for()
    {
        var past = Moving(4);
        using var unknown = Extrapolation.Default.Forecast(past, new() { Steps = 3 });
        using var dry = new Extrapolation(new() { Outside = 0 }).Forecast(past, new() { Steps = 3 });
        Assert.True(float.IsNaN(unknown.Values(0, 2)[60 * 120]));
        Assert.Equal(0, dry.Values(0, 2)[60 * 120]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_rain_is_forecast_as_no_rain(INowcaster nowcaster)
    {
        using var forecast = nowcaster.Forecast(Rain.Constant(4, 40, 50, 0), new() { Steps = 4, Members = 2 });
        Assert.All(Enumerable.Range(0, 8), i => Assert.All(forecast.Values(i % 2, i / 2).ToArray(), v => Assert.Equal(0, v)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_observation_is_forecast_as_not_known(INowcaster nowcaster)
    {
        using var forecast = nowcaster.Forecast(Rain.Constant(4, 40, 50, float.NaN), new() { Steps = 2 });
        Assert.All(forecast.Values(0, 1).ToArray(), v => Assert.True(float.IsNaN(v)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_mask_is_kept_and_moves_with_the_rain(INowcaster nowcaster)
    {
        var past = Rain.Sequence(4, 120, 120, Rain.Cells(1, 120, 120), (x, y, t) => (x - (2 * t), y),
            (row, column) => row < 30 || column > 100);
        using var forecast = nowcaster.Forecast(past, new() { Steps = 3 });
        Assert.True(float.IsNaN(forecast.Values(0, 2)[(5 * 120) + 50]));
        Assert.False(float.IsNaN(forecast.Values(0, 2)[(80 * 120) + 50]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_field_of_one_cell_is_no_error(INowcaster nowcaster)
    {
        using var forecast = nowcaster.Forecast(Rain.Constant(4, 1, 1, 2), new() { Steps = 2 });
        Assert.Equal(2, forecast.Values(0, 1)[0]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Many_threads_get_the_same_forecast_and_no_tensor_stays(INowcaster nowcaster)
    {
        var past = Moving(4);
        using var alone = nowcaster.Forecast(past, new() { Steps = 4 });
        var live = new LiveTensors();
        Parallel.For(0, 6, _ =>
        {
            using var forecast = nowcaster.Forecast(past, new() { Steps = 4 });
            Assert.Equal(alone.Values(0, 3).ToArray(), forecast.Values(0, 3).ToArray());
        });
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void One_field_is_too_few_for_motion()
    {
        var error = Assert.Throws<ShapeException>(() => Extrapolation.Default.Forecast(Rain.Constant(1, 8, 8, 1)));
        Assert.Contains("needs the last 2 radar fields, but 1 came", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        var past = Rain.Constant(4, 8, 8, 1);
        Assert.Equal("NowcastOptions.Members",
            Assert.Throws<ConfigurationException>(() => Persistence.Default.Forecast(past, new() { Members = 0 })).Setting);
        Assert.Equal("NowcastOptions.Steps",
            Assert.Throws<ConfigurationException>(() => Persistence.Default.Forecast(past, new() { Steps = 0 })).Setting);
        Assert.Equal("ExtrapolationOptions.Fields",
            Assert.Throws<ConfigurationException>(() => new Extrapolation(new() { Fields = 1 })).Setting);
        Assert.Equal("LucasKanadeOptions.Window",
            Assert.Throws<ConfigurationException>(() => new Extrapolation(new() { Motion = new() { Window = 20 } })).Setting);
    }

    [Fact]
    public void A_cancelled_forecast_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Extrapolation.Default.Forecast(Moving(4), null, null, source.Token));
    }

    private static RadarSequence Moving(int fields) =>
        Rain.Sequence(fields, 120, 120, Rain.Cells(1, 120, 120), (x, y, t) => (x - (3 * t), y - t));

    private static double Error(ReadOnlySpan<float> forecast, float[] observed)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < observed.Length; i++)
        {
            if (!float.IsNaN(forecast[i]))
            {
                (sum, count) = (sum + Math.Abs(forecast[i] - observed[i]), count + 1);
            }
        }

        return sum / count;
    }
}
