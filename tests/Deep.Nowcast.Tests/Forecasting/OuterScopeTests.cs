using Deep.Nowcast.Tests.Recipes;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Forecasting;

/// <summary>Models that are made inside a caller's dispose scope keep their weights when it ends.</summary>
public sealed class OuterScopeTests
{
    private static readonly NowcastOptions s_two = new() { Members = 2, Steps = 2, Seed = 5 };

    [Fact]
    public void A_model_made_in_a_scope_forecasts_after_it()
    {
        using var network = Network();
        using var expected = Expected(network);
        NowcastModel model;
        using (NewDisposeScope())
        {
            model = new NowcastModel(network);
        }

        using (model)
        {
            RequireSame(expected, model);
        }

        using var again = new NowcastModel(network);
        RequireSame(expected, again);
    }

    [Fact]
    public void A_model_loaded_in_a_scope_forecasts_after_it()
    {
        using var folder = new SavedNetwork();
        NowcastModel model;
        using (NewDisposeScope())
        {
            model = NowcastModel.Load(folder.Path, new() { Device = "cpu" });
        }

        using (model)
        {
            RequireSame(folder.Expected, model);
        }
    }

    [Fact]
    public void A_model_first_used_in_a_scope_forecasts_after_it()
    {
        using var network = Network();
        using var expected = Expected(network);
        using var model = new NowcastModel(network);
        using (NewDisposeScope())
        {
            // Packs weights for this size.
            RequireSame(expected, model);
        }

        RequireSame(expected, model);
    }

    [Fact]
    public void A_service_first_asked_for_in_a_scope_forecasts_after_it()
    {
        using var folder = new SavedNetwork();
        var services = new ServiceCollection();
        services.AddNowcast(nowcast => nowcast.AddModel(options => (options.Model, options.Device) = (folder.Path, "cpu")));
        using var provider = services.BuildServiceProvider();
        using (NewDisposeScope())
        {
            RequireSame(folder.Expected, provider.GetRequiredService<NowcastModel>());
        }

        RequireSame(folder.Expected, provider.GetRequiredService<NowcastModel>());
    }

    [Fact]
    public void A_frozen_generator_made_in_a_scope_forecasts_after_it()
    {
        using var network = Network();
        InferenceDgmr frozen;
        using (NewDisposeScope())
        {
            frozen = network.ForInference();
        }

        using var scope = NewDisposeScope();
        using (frozen)
        using (var made = network.ForInference())
        {
            var rain = rand([SmallDgmr.Config.ContextFrames, 1, 40, 33]);
            var noise = made.Noise(2, 40, 33);
            Assert.True(frozen.Forecast(rain, noise).Equals(made.Forecast(rain, noise)));
        }
    }

    [Fact]
    public void A_generator_loaded_in_a_scope_keeps_its_weights()
    {
        using var folder = new SavedNetwork();
        Dgmr network;
        using (NewDisposeScope())
        {
            network = Dgmr.Load(folder.Path, device: CPU);
        }

        using (network)
        using (var model = new NowcastModel(network))
        {
            RequireSame(folder.Expected, model);
        }
    }

    private static void RequireSame(NowcastEnsemble expected, NowcastModel model)
    {
        using var found = model.Forecast(Past(), s_two);
        Assert.Equal(expected.Values(1, 1).ToArray(), found.Values(1, 1).ToArray());
    }

    private static NowcastEnsemble Expected(Dgmr network)
    {
        using var model = new NowcastModel(network);
        return model.Forecast(Past(), s_two);
    }

    private static RadarSequence Past() => Rain.Sequence(3, 40, 33, Rain.Cells(1, 40, 33), (x, y, t) => (x - t, y));

    private static Dgmr Network()
    {
        manual_seed(3).Dispose();
        var network = new Dgmr(SmallDgmr.Config);
        network.eval();
        return network;
    }

    private sealed class SavedNetwork : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

        public SavedNetwork()
        {
            using var network = Network();
            network.Save(Path);
            Expected = OuterScopeTests.Expected(network);
        }

        public string Path => System.IO.Path.Combine(folder.FullName, "model.safetensors");

        public NowcastEnsemble Expected { get; }

        public void Dispose()
        {
            Expected.Dispose();
            folder.Delete(recursive: true);
        }
    }
}
