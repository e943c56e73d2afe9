using Deep.Nowcast;
using Deep.Nowcast.Tests.Recipes;
using Deep.Tensors;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Forecasting;

public sealed class NowcastModelTests : IDisposable
{
    private static readonly NowcastOptions s_three = new() { Members = 3, Steps = SmallDgmr.Config.ForecastSteps, Seed = 5 };
    private readonly Dgmr network = Network();
    private readonly NowcastModel model;

    public NowcastModelTests() => model = new(network);

    public void Dispose()
    {
        model.Dispose();
        network.Dispose();
    }

    [Fact]
    public void A_frame_of_any_size_is_forecast_in_its_size()
    {
        foreach (var (height, width) in new[] { (32, 64), (33, 50), (5, 7) })
        {
            using var forecast = model.Forecast(Past(height, width), s_three);
            Assert.Equal((3, s_three.Steps, height, width), (forecast.Members, forecast.Steps, forecast.Grid.Height, forecast.Grid.Width));
            Assert.All(forecast.Values(2, s_three.Steps - 1).ToArray(), v => Assert.True(float.IsFinite(v) && v >= 0));
        }
    }

    [Fact]
    public void A_frame_that_needs_no_padding_is_the_networks_own_forecast()
    {
        var past = Past(32, 32);
        using var forecast = model.Forecast(past, s_three);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        network.eval();
        var noise = tensor(new NormalNoise(5, 1, -2).Field((int)network.Config.NoiseChannels), [1, network.Config.NoiseChannels, 1, 1]);
        var context = past.Slice(past.Count - network.Config.ContextFrames, network.Config.ContextFrames).ToTensor().unsqueeze(0);
        var expected = network.forward(context, noise).clamp_min(0).data<float>().ToArray();
        Assert.All(Enumerable.Range(0, 1024), i => Assert.Equal(expected[i], forecast.Values(1, 0)[i], 1e-4f));
    }

    [Fact]
    public void A_member_depends_on_seed_and_number_alone()
    {
        using var three = model.Forecast(Past(40, 40), s_three);
        using var two = model.Forecast(Past(40, 40), s_three with { Members = 2 });
        using var other = model.Forecast(Past(40, 40), s_three with { Seed = 6 });
        Assert.Equal(two.Values(1, 1).ToArray(), three.Values(1, 1).ToArray());
        Assert.NotEqual(three.Values(0, 1).ToArray(), three.Values(1, 1).ToArray());
        Assert.NotEqual(three.Values(0, 1).ToArray(), other.Values(0, 1).ToArray());
    }

    [Fact]
    public void Members_together_are_as_one_by_one_but_for_rounding()
    {
        using var together = new NowcastModel(network, new() { MembersAtOnce = 2 });
        foreach (var options in new[] { s_three, s_three with { FieldGamma = 5 } })
        {
            using var a = model.Forecast(Past(40, 40), options);
            using var b = together.Forecast(Past(40, 40), options);
            Assert.All(Enumerable.Range(0, 1600), i => Assert.Equal(a.Values(2, 1)[i], b.Values(2, 1)[i], 1e-3f));
        }
    }

    [Fact]
    public void Calibration_changes_members_and_no_scale_makes_them_equal()
    {
        using var plain = model.Forecast(Past(40, 40), s_three);
        using var recalibrated = model.Forecast(Past(40, 40), NowcastOptions.Recalibrated with { Members = 3, Steps = s_three.Steps, Seed = 5 });
        using var none = model.Forecast(Past(40, 40), s_three with { ZScale = 0 });
        Assert.NotEqual(plain.Values(1, 1).ToArray(), recalibrated.Values(1, 1).ToArray());
        Assert.Equal(none.Values(0, 1).ToArray(), none.Values(1, 1).ToArray());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0.5)]
    public void The_factor_of_the_field_has_mean_one_and_the_variance_of_its_shape(double shape)
    {
        var draws = Enumerable.Range(0, 20_000).Select(m => GammaVariable.Draw(shape, new NormalNoise(1, m, -3))).ToArray();
        Assert.Equal(1, draws.Average(), 0.03);
        Assert.Equal(1 / shape, draws.Average(d => (d - 1) * (d - 1)), 0.1 / shape);
        Assert.All(draws, d => Assert.True(d >= 0));
    }

    [Fact]
    public void Cells_without_observation_stay_without()
    {
        using var forecast = model.Forecast(Past(40, 40, (row, column) => column < 10), s_three);
        Assert.All(Enumerable.Range(0, 1600), i => Assert.Equal(i % 40 < 10, float.IsNaN(forecast.Values(0, 1)[i])));
    }

    [Fact]
    public void Dry_and_unknown_input_gives_no_error()
    {
        using var dry = model.Forecast(Rain.Constant(4, 40, 40, 0), s_three);
        Assert.All(dry.Values(0, 1).ToArray(), v => Assert.True(float.IsFinite(v) && v >= 0));
        using var unknown = model.Forecast(Rain.Constant(4, 40, 40, float.NaN), s_three);
        Assert.All(unknown.Values(0, 1).ToArray(), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void Wrong_input_is_one_clear_error()
    {
        var few = Assert.Throws<ShapeException>(() => model.Forecast(Rain.Constant(1, 40, 40, 1)));
        Assert.Contains("needs the last 2 radar fields, but 1 came", few.Message, StringComparison.Ordinal);
        using var tenMinutes = new NowcastModel(network, new() { Cadence = TimeSpan.FromMinutes(10) });
        Assert.Equal("RadarSequence.Cadence", Assert.Throws<ConfigurationException>(() => tenMinutes.Forecast(Past(40, 40))).Setting);
        using var channels = new Dgmr(SmallDgmr.Config with { InputChannels = 2 });
        Assert.Equal("DgmrConfig.InputChannels", Assert.Throws<ConfigurationException>(() => new NowcastModel(channels)).Setting);
        Assert.Equal("NowcastModelOptions.MembersAtOnce",
            Assert.Throws<ConfigurationException>(() => new NowcastModel(network, new() { MembersAtOnce = 0 })).Setting);
    }

    [Fact]
    public void The_network_stays_the_callers()
    {
        using var before = model.Forecast(Past(40, 40), s_three);
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
            {
                parameter.zero_();
            }
        }

        using var after = model.Forecast(Past(40, 40), s_three);
        Assert.Equal(before.Values(1, 1).ToArray(), after.Values(1, 1).ToArray());
    }

    [Fact]
    public void Many_threads_get_the_same_and_no_tensor_stays()
    {
        var past = Past(40, 40);
        using var alone = model.Forecast(past, s_three);
        var live = new LiveTensors();
        using (var again = new NowcastModel(network))
        {
            using var forecast = again.Forecast(past, s_three with { FieldGamma = 5 });
        }

        Assert.Equal(0, live.Created);
        Parallel.For(0, 4, _ =>
        {
            using var forecast = model.Forecast(past, s_three);
            Assert.Equal(alone.Values(2, 1).ToArray(), forecast.Values(2, 1).ToArray());
        });
    }

    [Fact]
    public void Progress_is_told_and_cancelling_ends_it()
    {
        using var source = new CancellationTokenSource();
        var told = new Told(source);
        Assert.Throws<OperationCanceledException>(() => model.Forecast(Past(40, 40), s_three, told, source.Token));
        Assert.Equal([new NowcastProgress(1, 3, "members")], told.Reports);
    }

    [Fact]
    public void A_disposed_model_says_so()
    {
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Forecast(Past(40, 40)));
    }

    [Fact]
    public void An_application_asks_for_all_its_forecasters()
    {
        var services = new ServiceCollection();
        services.AddNowcast(nowcast => nowcast.AddModel((IServiceProvider _) => new NowcastModel(network)).AddPersistence().AddExtrapolation().AddSteps());
        using var provider = services.BuildServiceProvider();
        Assert.Equal(["dgmr", "persistence", "extrapolation", "steps"], provider.GetServices<INowcaster>().Select(n => n.Name));
        Assert.Same(provider.GetRequiredService<NowcastModel>(), provider.GetRequiredService<NowcastModel>());
        Assert.Same(Persistence.Default, provider.GetRequiredService<Persistence>());
    }

    [Fact]
    public void A_saved_generator_forecasts_the_same_when_it_is_loaded()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "model.safetensors");
            network.Save(file);
            var services = new ServiceCollection();
            services.AddNowcast(nowcast => nowcast.AddModel(options => (options.Model, options.Device) = (folder.FullName, "cpu")));
            using var provider = services.BuildServiceProvider();
            using var a = model.Forecast(Past(40, 40), s_three);
            using var b = provider.GetRequiredService<NowcastModel>().Forecast(Past(40, 40), s_three);
            Assert.Equal(a.Values(1, 1).ToArray(), b.Values(1, 1).ToArray());
            var wrong = Assert.Throws<Checkpoints.CheckpointException>(
                () => NowcastModel.Load(file, new() { Device = "cpu", Config = network.Config with { LatentChannels = 64 } }));
            Assert.Contains("does not f", wrong.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Assert.Equal("NowcastModelOptions.Model", Assert.Throws<ConfigurationException>(() => NowcastModel.Load("no such model")).Setting);
    }

    [Fact]
    public void A_model_without_a_path_is_an_error_of_options()
    {
        var services = new ServiceCollection();
        services.AddNowcast(nowcast => nowcast.AddModel((NowcastModelOptions _) => { }));
        using var provider = services.BuildServiceProvider();
        Assert.Contains("NowcastModelOptions.Model", Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => provider.GetRequiredService<NowcastModel>()).Message, StringComparison.Ordinal);
    }

    private sealed class Told(CancellationTokenSource source) : IProgress<NowcastProgress>
    {
        public List<NowcastProgress> Reports { get; } = [];

        public void Report(NowcastProgress value)
        {
            Reports.Add(value);
            source.Cancel();
        }
    }

    private static Dgmr Network()
    {
        manual_seed(3);
        var network = new Dgmr(SmallDgmr.Config);
        network.eval();
        return network;
    }

    private static RadarSequence Past(int height, int width, Func<int, int, bool>? missing = null) =>
        Rain.Sequence(5, height, width, Rain.Cells(1, height, width), (x, y, t) => (x - t, y), missing);
}
