using Deep.Checkpoints;
using Deep.Hub;
using Deep.Media;
using Deep.NFNets;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public sealed class ClassifierTests : IDisposable
{
    private static readonly string[] Labels = ["ant", "bee", "cat", "dog", "eel"];
    private readonly TemporaryFolder folder = new();
    private readonly string model;

    public ClassifierTests()
    {
        model = folder.File("small.safetensors");
        using var network = Seeded();
        network.Save(model, Labels);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_picture_gets_its_most_probable_labels_the_best_first()
    {
        using var classifier = ImageClassifier.Load(model, Cpu());
        var predictions = classifier.Classify(Noise(1), 3);
        Assert.Equal(3, predictions.Count);
        Assert.Equal(predictions.OrderByDescending(p => p.Probability), predictions);
        Assert.All(predictions, p => Assert.Equal(Labels[p.Index], p.Label));
        Assert.Equal(1, classifier.Classify(Noise(1), 5).Sum(p => p.Probability), 1e-5);
        Assert.Equal(5, classifier.Classify(Noise(1), 50).Count);
    }

    [Fact]
    public void Probabilities_are_the_networks_softmax_over_the_variants_transform()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var classifier = ImageClassifier.Load(model, Cpu());
        using var network = NFNet.Load(model, device: TestDevice.Current);
        var x = network.Config.EvaluationTransform().Apply(Noise(2)).unsqueeze(0).to(TestDevice.Current);
        var expected = network.forward(x).softmax(1).cpu().data<float>().ToArray();
        Assert.All(classifier.Classify(Noise(2), 5), p => Assert.Equal(expected[p.Index], p.Probability, 1e-5f));
        var pooled = network.Pooled(x).cpu().data<float>().ToArray();
        Assert.All(classifier.Embed(Noise(2)).Zip(pooled), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    [Fact]
    public void Files_streams_spans_and_batches_give_the_same()
    {
        using var classifier = ImageClassifier.Load(model, Cpu(options => options.BatchSize = 2));
        var bytes = Noise(3).EncodePng();
        var path = folder.File("noise.png");
        File.WriteAllBytes(path, bytes);
        var expected = classifier.Classify(Noise(3));
        using var stream = new MemoryStream(bytes);
        AssertClose(expected, classifier.Classify(path));
        AssertClose(expected, classifier.Classify(stream));
        AssertClose(expected, classifier.Classify(bytes.AsSpan()));
        Assert.All(classifier.Classify([Noise(3), Noise(3), Noise(3)]), p => AssertClose(expected, p));
        Assert.All(classifier.ClassifyFiles([path, path, path]), p => AssertClose(expected, p));
        Assert.Empty(classifier.Classify(Array.Empty<Picture>()));
        Assert.Equal(classifier.Embed(path), classifier.Embed(Noise(3)));
    }

    [Fact]
    public void Eight_threads_predict_what_one_does_and_leave_no_tensors()
    {
        using var classifier = ImageClassifier.Load(model, Cpu());
        var pictures = Enumerable.Range(0, 4).Select(Noise).ToArray();
        var expected = pictures.Select(picture => classifier.Classify(picture)).ToArray();
        classifier.Classify(pictures);
        var live = new LiveTensors();
        classifier.Classify(pictures);
        classifier.Embed(pictures);
        Assert.Equal(0, live.Created);
        var before = Tensor.TotalCount;
        var memory = ResidentBytes();
        var results = new IReadOnlyList<Prediction>[1000];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            results[i] = classifier.Classify(pictures[i % 4]));
        Assert.All(results.Select((result, i) => (result, i)), pair => Assert.Equal(expected[pair.i % 4], pair.result));
        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(ResidentBytes() - memory < 100 << 20, "a thousand classifications keep memory: a tensor each would be more");
    }

    [Fact]
    public async Task Disposing_waits_for_predictions_and_refuses_later_ones()
    {
        var classifier = ImageClassifier.Load(model, Cpu());
        var before = Tensor.TotalCount;
        var running = Task.Run(() =>
        {
            try
            {
                while (true)
                {
                    classifier.Classify(Noise(1));
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
        Assert.True(Tensor.TotalCount < before);
        Assert.Throws<ObjectDisposedException>(() => classifier.Embed(Noise(1)));
    }

    [Fact]
    public void Labels_come_from_the_options_the_file_the_checkpoint_or_are_numbers()
    {
        var path = folder.File("labels.txt");
        File.WriteAllLines(path, ["v", "w", "x", "y", "z"]);
        using var network = Seeded();
        using var unlabelled = new ImageClassifier(network, Cpu());
        using var fromFile = ImageClassifier.Load(model, Cpu(options => options.LabelsFile = path));
        using var given = ImageClassifier.Load(model,
            Cpu(options => (options.LabelsFile, options.Labels) = (path, ["1", "2", "3", "4", "5"])));
        using var stored = ImageClassifier.Load(model, Cpu());
        Assert.Equal(["0", "1", "2", "3", "4"], unlabelled.Labels);
        Assert.Equal("vwxyz", string.Concat(fromFile.Labels));
        Assert.Equal("12345", string.Concat(given.Labels));
        Assert.Equal(Labels, stored.Labels);
        Assert.Throws<ConfigurationException>(() =>
            ImageClassifier.Load(model, Cpu(options => options.Labels = ["one"])));
        Assert.Throws<ConfigurationException>(() =>
            ImageClassifier.Load(model, Cpu(options => options.LabelsFile = folder.File("none"))));
    }

    [Fact]
    public void A_hub_model_in_the_cache_is_used_with_what_its_card_says()
    {
        var snapshot = Directory.CreateDirectory(
            folder.File("hub/models--timm--test_nfnet.r160_in1k/snapshots/0123456789abcdef0123456789abcdef01234567")).FullName;
        Directory.CreateDirectory(folder.File("hub/models--timm--test_nfnet.r160_in1k/refs"));
        File.WriteAllText(folder.File("hub/models--timm--test_nfnet.r160_in1k/refs/main"),
            "0123456789abcdef0123456789abcdef01234567");
        using var network = new NFNet(NFNetConfig.TestNFNet with { Classes = 2 });
        Checkpoint.Save(Path.Combine(snapshot, "model.safetensors"), network.state_dict());
        File.WriteAllText(Path.Combine(snapshot, "config.json"), """
            {"architecture": "test_nfnet", "num_classes": 2, "label_names": ["no", "yes"],
             "pretrained_cfg": {"input_size": [3, 64, 64], "crop_pct": 0.8, "crop_mode": "squash", "mean": [0.1, 0.2, 0.3], "std": [1, 1, 1]}}
            """);
        var options = Cpu(o => o.Hub = new HubOptions { CacheFolder = folder.File("hub"), Offline = true });
        foreach (var name in new[] { "hf:timm/test_nfnet.r160_in1k", "test_nfnet" })
        {
            using var classifier = ImageClassifier.Load(name, options);
            Assert.Equal(["no", "yes"], classifier.Labels);
            Assert.Equal((64, 0.8, CropMode.Squash),
                (classifier.Transform.Size, classifier.Transform.CropFraction, classifier.Transform.Mode));
            Assert.Equal([0.1, 0.2, 0.3], classifier.Transform.Mean);
            Assert.Equal(2, classifier.Classify(Noise(1)).Count);
        }

        Assert.Throws<HubException>(() => ImageClassifier.Load("eca_nfnet_l0", options));
    }

    [Fact]
    public void A_checkpoint_in_memory_needs_no_file()
    {
        using var source = Checkpoint.Open(File.ReadAllBytes(model), "embedded");
        using var classifier = ImageClassifier.Load(source, Cpu());
        Assert.Equal(Labels, classifier.Labels);
    }

    [Fact]
    public void What_cannot_be_loaded_or_classified_is_one_of_our_errors()
    {
        Assert.Contains("eca_nfnet_l0",
            Assert.Throws<ConfigurationException>(() => ImageClassifier.Load("no-such-model", Cpu())).Message,
                StringComparison.Ordinal);
        var noise = folder.File("noise.bin");
        File.WriteAllBytes(noise, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        Assert.Throws<CheckpointException>(() => ImageClassifier.Load(noise, Cpu()));
        Assert.Throws<DeviceException>(() => ImageClassifier.Load(model, Cpu(options => options.Device = "abacus")));
        using var classifier = ImageClassifier.Load(model, Cpu());
        Assert.Throws<MediaException>(() => classifier.Classify(noise));
        Assert.Throws<MediaException>(() => classifier.Classify("no-such-picture.png"));
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Classify(Noise(1), 0));
        using var grey = new NFNet(Small.Config with { InputChannels = 1, Mean = [0.5], StandardDeviation = [0.5] });
        Assert.Throws<ConfigurationException>(() => new ImageClassifier(grey, Cpu()));
        using var headless = new NFNet(Small.Config with { Classes = 0 });
        using var embedder = new ImageClassifier(headless, Cpu());
        Assert.Equal(24, embedder.Embed(Noise(1)).Length);
        Assert.Throws<ConfigurationException>(() => embedder.Classify(Noise(1)));
    }

    public static TheoryData<string, Action<ImageClassifierOptions>> Wrong => new()
    {
        { "Device", options => options.Device = " " },
        { "Precision", options => options.Precision = (Precision)9 },
        { "Top", options => options.Top = 0 },
        { "Size", options => options.Size = 5000 },
        { "BatchSize", options => options.BatchSize = 0 },
        { "Limits", options => options.Limits = null! },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_named_with_its_range(string option, Action<ImageClassifierOptions> change) =>
        Assert.Equal($"ImageClassifierOptions.{option}",
            Assert.Throws<ConfigurationException>(() => ImageClassifier.Load(model, Cpu(change))).Setting);

    private static long ResidentBytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    internal static ImageClassifierOptions Cpu(Action<ImageClassifierOptions>? change = null)
    {
        var options = new ImageClassifierOptions { Device = TestDevice.Name };
        change?.Invoke(options);
        return options;
    }

    internal static Picture Noise(int seed)
    {
        var bytes = new byte[40 * 30 * 3];
        new Random(seed).NextBytes(bytes);
        return new Picture(40, 30, bytes);
    }

    internal static NFNet Seeded()
    {
        manual_seed(11);
        var network = new NFNet(Small.Config);
        Small.OpenBranches(network);
        using var _ = no_grad();
        network.Head.Classifier!.weight!.mul_(100);
        return network;
    }

    // A batch sums in another order than a single picture.
    private static void AssertClose(IReadOnlyList<Prediction> expected, IReadOnlyList<Prediction> found) =>
        Assert.All(expected.Zip(found), pair =>
        {
            Assert.Equal(pair.First.Label, pair.Second.Label);
            Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-5f);
        });
}
