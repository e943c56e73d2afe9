using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class PointCloudClassifierTests : IDisposable
{
    private readonly Perceiver network = SmallModels.Seeded(SmallModels.Points);
    private readonly PointCloudClassifier classifier;

    public PointCloudClassifierTests() => classifier = new PointCloudClassifier(network, new() { Labels = ["a", "b", "c"], Points = 32, BatchSize = 2 });

    public void Dispose()
    {
        classifier.Dispose();
        network.Dispose();
    }

    [Fact]
    public void A_cloud_is_normalised_and_answered_as_the_network_does_wherever_it_lies()
    {
        var cloud = PointCloudTests.Random(32, 1);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var expected = network.forward(cloud.Normalise().ToTensor(TestDevice.Current).unsqueeze(0)).softmax(1).cpu().data<float>().ToArray();
        var found = classifier.Classify(cloud);
        Assert.Equal(3, found.Count);
        Assert.All(found, p => Assert.Equal(expected[p.Index], p.Probability, 1e-4f));
        var moved = new PointCloud([.. cloud.Points.ToArray().Select(p => (p * 8) + new System.Numerics.Vector3(2, 4, 8))]);
        AssertClose(found, classifier.Classify(moved));
        AssertClose(found, classifier.Classify(new PointCloud([.. cloud.Points.ToArray().Reverse()])));
    }

    [Fact]
    public void Clouds_of_any_sizes_and_surfaces_are_classified()
    {
        PointCloud[] clouds = [PointCloudTests.Random(1, 1), PointCloudTests.Random(500, 2), PointCloudTests.Random(32, 3)];
        Assert.All(classifier.Classify(clouds).Zip(clouds), pair => AssertClose(classifier.Classify(pair.Second), pair.First));
        var mesh = new TriangleMesh([new(0, 0, 0), new(1, 0, 0), new(0, 1, 1)], [(0, 1, 2)]);
        Assert.Equal(2, classifier.Classify(mesh, 2).Count);
        Assert.Empty(classifier.Classify(Array.Empty<PointCloud>()));
    }

    [Fact]
    public void Many_threads_predict_what_one_does_and_leave_no_tensors()
    {
        var clouds = Enumerable.Range(0, 4).Select(i => PointCloudTests.Random(40, i)).ToArray();
        var expected = clouds.Select(cloud => classifier.Classify(cloud)).ToArray();
        var live = new LiveTensors();
        classifier.Classify(clouds);
        Assert.Equal(0, live.Created);
        var before = SmallModels.TensorsInProcess();
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => AssertClose(expected[i % 4], classifier.Classify(clouds[i % 4])));
        Assert.Equal(before, SmallModels.TensorsInProcess());
    }

    [Fact]
    public void Another_kind_of_network_and_a_use_after_disposal_are_refused()
    {
        using var images = new Perceiver(SmallModels.Images);
        Assert.Throws<ConfigurationException>(() => new PointCloudClassifier(images));
        Assert.Throws<ConfigurationException>(() => new PointCloudClassifier(network, new() { Points = 0 }));
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.Classify(PointCloudTests.Random(4, 1)));
    }

    private static void AssertClose(IReadOnlyList<Prediction> expected, IReadOnlyList<Prediction> found) =>
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-3f));
}
