using System.Numerics;
using Deep.Perceivers.Recipes;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers.Tests.Recipes;

public sealed class PointCloudBatchesTests
{
    private static readonly TriangleMesh Flat = new([new(0, 0, 0), new(4, 0, 0), new(0, 1, 0)], [(0, 1, 2)]);
    private static readonly TriangleMesh Upright = new([new(0, 0, 0), new(1, 0, 0), new(0, 9, 0)], [(0, 1, 2)]);

    [Fact]
    public void A_cloud_of_each_mesh_comes_in_an_epoch_and_fits_the_cube()
    {
        using var scope = NewDisposeScope();
        var batches = new PointCloudBatches([Flat, Upright], new PointCloudOptions { Points = 32, BatchSize = 4, Seed = 2 });
        Assert.Equal(1, batches.StepsPerEpoch);
        var batch = batches.Read(3, 0, 1);
        Assert.Equal([4, 32, 3], batch.Points.shape);
        Assert.Equal([0, 0, 1, 1], batch.Labels.data<long>().ToArray().Order());
        Assert.Equal(1, batch.Points.abs().max().item<float>(), 1e-5f);
        Assert.Equal(0, batch.Points.mean([1]).abs().max().item<float>(), 1e-5f);
        Assert.True(batches.Read(3, 1, 2).Points.Equals(batch.Points.narrow(0, 2, 2)));
        Assert.False(batches.Read(4, 0, 1).Points.Equals(batch.Points));
    }

    [Fact]
    public void Clouds_are_turned_about_the_vertical_only()
    {
        var turned = new PointCloudBatches([Flat], new PointCloudOptions { Points = 64, BatchSize = 1, Spread = 0 });
        var fixedOnes = new PointCloudBatches([Flat], new PointCloudOptions { Points = 64, BatchSize = 1, Spread = 0, TurnsAboutVertical = false });
        Assert.Contains(Enumerable.Range(0, 5), i => Depth(turned.Cloud(i).Cloud) > 0.1f);
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(0, Depth(fixedOnes.Cloud(i).Cloud), 1e-5f));

        static float Depth(PointCloud cloud) => cloud.Points.ToArray().Max(p => Math.Abs(p.Z));
    }

    [Fact]
    public void Wrong_options_are_refused()
    {
        Assert.Throws<ConfigurationException>(() => new PointCloudBatches([], new()));
        Assert.Throws<ConfigurationException>(() => new PointCloudBatches([Flat], new() { Points = 0 }));
        Assert.Throws<ConfigurationException>(() => new PointCloudBatches([Flat], new() { Spread = 1 }));
        Assert.Throws<ConfigurationException>(() => new PointCloudBatches([Flat], new() { BatchSize = 0 }));
        Assert.Throws<ShapeException>(() => new PointCloudBatches([new TriangleMesh([Vector3.Zero], [(0, 0, 0)])], new()));
    }

    [Fact]
    public void Only_the_batch_stays_alive()
    {
        var batches = new PointCloudBatches([Flat], new PointCloudOptions { Points = 8, BatchSize = 2 });
        var live = new LiveTensors();
        batches.Read(0, 0, 1).Dispose();
        Assert.Equal(0, live.Created);
    }
}
