using Deep.NFNets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Deep.Tests.NFNets;

public sealed class RegistrationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string model;

    public RegistrationTests()
    {
        model = folder.File("small.safetensors");
        using var network = ClassifierTests.Seeded();
        network.Save(model, ["a", "b", "c", "d", "e"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_classifier_serves_the_application_and_is_disposed_with_it()
    {
        var log = new RecordingLogger();
        var services = new ServiceCollection();
        services.AddSingleton<ILogger<ImageClassifier>>(log);
        services.AddNFNet(options => (options.Model, options.Device, options.Top) = (model, "cpu", 2));
        ImageClassifier classifier;
        using (var provider = services.BuildServiceProvider())
        {
            classifier = provider.GetRequiredService<ImageClassifier>();
            Assert.Same(classifier, provider.GetRequiredService<ImageClassifier>());
            Assert.Equal(2, classifier.Classify(ClassifierTests.Noise(1)).Count);
        }

        Assert.Throws<ObjectDisposedException>(() => classifier.Classify(ClassifierTests.Noise(1)));
        Assert.Contains(log.Lines, line => line.StartsWith("Information Loaded small from ", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("Debug Classified 1 pictures", StringComparison.Ordinal));
    }

    [Fact]
    public void Keys_keep_several_models_apart()
    {
        var services = new ServiceCollection();
        services.AddNFNet("one", options => (options.Model, options.Device, options.Top) = (model, "cpu", 1));
        services.AddNFNet("three", options => (options.Model, options.Device, options.Top) = (model, "cpu", 3));
        using var provider = services.BuildServiceProvider();
        Assert.Single(provider.GetRequiredKeyedService<ImageClassifier>("one").Classify(ClassifierTests.Noise(1)));
        Assert.Equal(3, provider.GetRequiredKeyedService<ImageClassifier>("three").Classify(
            ClassifierTests.Noise(1)).Count);
        Assert.Null(provider.GetService<ImageClassifier>());
    }

    [Fact]
    public void Wrong_options_name_option_range_and_value()
    {
        var services = new ServiceCollection();
        services.AddNFNet("none", _ => { });
        services.AddNFNet("many", options => (options.Model, options.BatchSize) = (model, 2000));
        using var provider = services.BuildServiceProvider();
        Assert.Contains("ImageClassifierOptions.Model", Refusal("none"), StringComparison.Ordinal);
        Assert.Contains("ImageClassifierOptions.BatchSize must be 1 to 1024, but is 2000", Refusal("many"),
            StringComparison.Ordinal);

        string Refusal(string key) =>
            Assert.Throws<OptionsValidationException>(() =>
                provider.GetRequiredKeyedService<ImageClassifier>(key)).Message;
    }

    private sealed class RecordingLogger : ILogger<ImageClassifier>
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
