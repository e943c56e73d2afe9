using Deep.Media;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class PerceiverImageClassifierTests : IDisposable
{
    private static readonly string[] Labels = ["ant", "bee", "cat", "dog", "eel"];
    private readonly TemporaryFolder folder = new();
    private readonly Perceiver network = SmallModels.Seeded(SmallModels.Images);
    private readonly PerceiverImageClassifier classifier;

    public PerceiverImageClassifierTests() => classifier = new PerceiverImageClassifier(network, new() { Labels = Labels, BatchSize = 2 });

    public void Dispose()
    {
        classifier.Dispose();
        network.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Probabilities_are_the_networks_softmax_over_the_prepared_picture()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = PerceiverEvaluation.Apply([SmallModels.Noise(40, 30, 1)], 16, TestDevice.Current);
        var expected = network.forward(x).softmax(1).cpu().data<float>().ToArray();
        var found = classifier.Classify(SmallModels.Noise(40, 30, 1));
        Assert.All(found, p => Assert.Equal(expected[p.Index], p.Probability, 1e-4f));
        Assert.All(found, p => Assert.Equal(Labels[p.Index], p.Label));
        Assert.Equal(found.OrderByDescending(p => p.Probability), found);
        Assert.Equal(5, found.Count);
        Assert.Equal(2, classifier.Classify(SmallModels.Noise(40, 30, 1), 2).Count);
    }

    [Fact]
    public void Files_streams_and_batches_give_the_same()
    {
        var pictures = Enumerable.Range(0, 5).Select(i => SmallModels.Noise(20 + i, 30, i)).ToArray();
        var alone = pictures.Select(picture => classifier.Classify(picture)).ToArray();
        Assert.All(classifier.Classify(pictures).Zip(alone), pair => AssertClose(pair.Second, pair.First));
        var path = folder.File("noise.png");
        pictures[3].Save(path);
        using var stream = File.OpenRead(path);
        AssertClose(alone[3], classifier.Classify(path));
        AssertClose(alone[3], classifier.Classify(stream));
        Assert.Empty(classifier.Classify(Array.Empty<Picture>()));
    }

    [Fact]
    public void Many_threads_predict_what_one_does_and_leave_no_tensors()
    {
        var pictures = Enumerable.Range(0, 4).Select(i => SmallModels.Noise(40, 30, i)).ToArray();
        var expected = pictures.Select(picture => classifier.Classify(picture)).ToArray();
        var live = new LiveTensors();
        classifier.Classify(pictures);
        Assert.Equal(0, live.Created);
        var before = SmallModels.TensorsInProcess();
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => AssertClose(expected[i % 4], classifier.Classify(pictures[i % 4])));
        Assert.Equal(before, SmallModels.TensorsInProcess());
    }

    [Fact]
    public async Task Disposing_waits_for_predictions_and_refuses_later_ones()
    {
        var running = Task.Run(() =>
        {
            try
            {
                while (true)
                {
                    classifier.Classify(SmallModels.Noise(40, 30, 1));
                }
            }
            catch (ObjectDisposedException)
            {
            }
        });
        await Task.Delay(50);
        classifier.Dispose();
        classifier.Dispose();
        await running;
    }

    [Fact]
    public void Labels_come_with_the_model_or_the_options_or_are_numbers()
    {
        var path = folder.File("small.safetensors");
        PerceiverCheckpoint.Save(network, path, labels: Labels);
        using var stored = PerceiverImageClassifier.Load(path, new() { Device = TestDevice.Name });
        Assert.Equal(Labels, stored.Labels);
        AssertClose(classifier.Classify(SmallModels.Noise(9, 9, 1)), stored.Classify(SmallModels.Noise(9, 9, 1)));
        File.WriteAllLines(folder.File("labels.txt"), ["v", "w", "x", "y", "z"]);
        using var fromFile = PerceiverImageClassifier.Load(path, new() { Device = TestDevice.Name, LabelsFile = folder.File("labels.txt") });
        Assert.Equal("vwxyz", string.Concat(fromFile.Labels));
        using var numbered = new PerceiverImageClassifier(network);
        Assert.Equal("01234", string.Concat(numbered.Labels));
        Assert.Throws<ConfigurationException>(() => new PerceiverImageClassifier(network, new() { Labels = ["one"] }));
        Assert.Throws<ConfigurationException>(() => new PerceiverImageClassifier(network, new() { LabelsFile = folder.File("none") }));
    }

    [Fact]
    public void What_cannot_be_classified_is_one_of_our_errors()
    {
        File.WriteAllBytes(folder.File("noise.bin"), [1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Throws<MediaException>(() => classifier.Classify(folder.File("noise.bin")));
        Assert.Throws<MediaException>(() => classifier.Classify("no-such-picture.png"));
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Classify(SmallModels.Noise(4, 4, 1), 0));
        using var grey = new Perceiver(SmallModels.Images with { Preprocessor = ((PixelsConfig)SmallModels.Images.Preprocessor) with { InputChannels = 1 } });
        Assert.Throws<ConfigurationException>(() => new PerceiverImageClassifier(grey));
        using var language = new Perceiver(SmallModels.Language);
        Assert.Throws<ConfigurationException>(() => new PerceiverImageClassifier(language));
        Assert.Throws<ConfigurationException>(() => new PerceiverImageClassifier(network, new() { Size = 5000 }));
    }

    private static void AssertClose(IReadOnlyList<Prediction> expected, IReadOnlyList<Prediction> found) =>
        Assert.All(expected.Zip(found), pair =>
        {
            Assert.Equal(pair.First.Label, pair.Second.Label);
            Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-4f);
        });
}
