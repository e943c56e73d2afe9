using Deep.Perceivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Deep.Tests.Perceivers;

public sealed class RegistrationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_use_serves_the_application_once_and_is_disposed_with_it()
    {
        var log = new RecordingLogger();
        var services = new ServiceCollection();
        services.AddSingleton<ILogger<MaskFiller>>(log);
        services.AddPerceiver(perceiver => perceiver
            .AddMaskFiller(options => (options.Model, options.Device) = (Saved(SmallModels.Language), "cpu"))
            .AddImageClassifier(options => (options.Model, options.Device) = (Saved(SmallModels.Images), "cpu"))
            .AddOpticalFlow(options => (options.Model, options.Device, options.MinOverlap) = (Saved(SmallModels.Flow), "cpu", 2))
            .AddAutoencoder(options => (options.Model, options.Device) = (Saved(SmallModels.Clips), "cpu"))
            .AddPointCloudClassifier(options => (options.Model, options.Device) = (Saved(SmallModels.Points), "cpu")));
        MaskFiller filler;
        using (var provider = services.BuildServiceProvider())
        {
            filler = provider.GetRequiredService<MaskFiller>();
            Assert.Same(filler, provider.GetRequiredService<MaskFiller>());
            Assert.Single(filler.Fill("a[MASK]").Bytes);
            Assert.Equal("small-images", provider.GetRequiredService<PerceiverImageClassifier>().Config.Name);
            Assert.Equal(12, provider.GetRequiredService<OpticalFlow>().TileHeight);
            Assert.Equal(96, provider.GetRequiredService<MultimodalAutoencoder>().Samples);
            Assert.Equal(3, provider.GetRequiredService<PointCloudClassifier>().Labels.Count);
        }

        Assert.Throws<ObjectDisposedException>(() => filler.Fill("a[MASK]"));
        Assert.Contains(log.Lines, line => line.StartsWith("Information Loaded MaskFiller with small-language from ", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("Debug Filled 1 bytes of 1 texts", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_keep_several_models_apart()
    {
        var model = Saved(SmallModels.Language);
        var services = new ServiceCollection();
        services.AddPerceiver(perceiver => perceiver
            .AddMaskFiller(options => (options.Model, options.Device, options.Top) = (model, "cpu", 1), "one")
            .AddMaskFiller(options => (options.Model, options.Device, options.Top) = (model, "cpu", 7), "seven"));
        using var provider = services.BuildServiceProvider();
        Assert.Single(provider.GetRequiredKeyedService<MaskFiller>("one").Fill("[MASK]").Bytes[0].Guesses);
        Assert.Equal(7, provider.GetRequiredKeyedService<MaskFiller>("seven").Fill("[MASK]").Bytes[0].Guesses.Count);
        Assert.Null(provider.GetService<MaskFiller>());
    }

    [Fact]
    public void Wrong_options_name_option_range_and_value()
    {
        var services = new ServiceCollection();
        services.AddPerceiver(perceiver => perceiver
            .AddMaskFiller(_ => { }, "none")
            .AddMaskFiller(options => (options.Model, options.BatchSize) = ("some", 2000), "many"));
        using var provider = services.BuildServiceProvider();
        Assert.Contains("MaskFillerOptions.Model", Refusal("none"), StringComparison.Ordinal);
        Assert.Contains("MaskFillerOptions.BatchSize must be 1 to 1024, but is 2000", Refusal("many"), StringComparison.Ordinal);

        string Refusal(string key) => Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<MaskFiller>(key)).Message;
    }

    private string Saved(PerceiverConfig config)
    {
        var path = folder.File(config.Name + ".safetensors");
        if (!File.Exists(path))
        {
            using var network = SmallModels.Seeded(config);
            network.Save(path);
        }

        return path;
    }

    private sealed class RecordingLogger : ILogger<MaskFiller>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel} {formatter(state, exception)}");
    }
}
