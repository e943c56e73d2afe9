using System.Numerics;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests.Perceivers;

public sealed class PointCloudTests
{
    [Fact]
    public void An_empty_cloud_and_a_point_that_is_nowhere_are_one_clear_error()
    {
        Assert.Contains("at least one point, but is empty", Assert.Throws<ShapeException>(() => new PointCloud()).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new PointCloud([new Vector3(0, float.NaN, 0)]));
        Assert.Throws<ShapeException>(() => new PointCloud([new Vector3(0, 0, float.PositiveInfinity)]));
    }

    [Fact]
    public void A_normalised_cloud_has_mean_zero_and_touches_the_unit_cube()
    {
        var cloud = Random(200, 3).Normalise();
        var points = cloud.Points.ToArray();
        Assert.Equal(0, points.Average(p => p.X), 1e-5);
        Assert.Equal(0, points.Average(p => p.Y), 1e-5);
        Assert.Equal(0, points.Average(p => p.Z), 1e-5);
        Assert.Equal(1, points.Max(p => Vector3.Abs(p) is var a ? Math.Max(a.X, Math.Max(a.Y, a.Z)) : 0), 1e-6);
        Assert.Equal(Vector3.Zero, new PointCloud([new Vector3(5, 6, 7)]).Normalise().Points[0]);
        Assert.Equal(points, new PointCloud([.. Random(200, 3).Points.ToArray().Select(p => (p * 64) + new Vector3(0, 0, 0))]).Normalise().Points.ToArray());
    }

    [Fact]
    public void Augmentation_moves_each_point_a_little_and_follows_from_its_seed()
    {
        var cloud = Random(300, 1).Normalise();
        var augmented = cloud.Augment(7);
        Assert.Equal(augmented.Points.ToArray(), cloud.Augment(7).Points.ToArray());
        Assert.NotEqual(augmented.Points.ToArray(), cloud.Augment(8).Points.ToArray());
        var moves = cloud.Points.ToArray().Zip(augmented.Points.ToArray(), (a, b) => Vector3.Distance(a, b)).ToArray();
        Assert.InRange(moves.Max(), 0.002f, 0.05f);
        Assert.Equal(cloud.Points.ToArray(), cloud.Augment(7, 0).Points.ToArray(), (a, b) => Vector3.Distance(a, b) < 1e-5);
        Assert.Throws<ConfigurationException>(() => cloud.Augment(7, 1));
        Assert.Throws<ConfigurationException>(() => cloud.Augment(7, double.NaN));
    }

    [Fact]
    public void Taking_points_chooses_without_repeats_or_repeats_evenly()
    {
        var cloud = Random(50, 2);
        var some = cloud.Take(20, 5).Points.ToArray();
        Assert.Equal(20, some.Distinct().Count());
        Assert.Equal(some, cloud.Take(20, 5).Points.ToArray());
        Assert.NotEqual(some, cloud.Take(20, 6).Points.ToArray());
        Assert.All(cloud.Take(100).Points.ToArray().GroupBy(p => p), group => Assert.Equal(2, group.Count()));
        Assert.Same(cloud, cloud.Take(50));
    }

    [Fact]
    public void A_turn_about_the_vertical_keeps_heights_and_distances()
    {
        var cloud = Random(20, 4);
        var turned = cloud.TurnAboutVertical(1.3);
        Assert.All(cloud.Points.ToArray().Zip(turned.Points.ToArray()), pair =>
        {
            Assert.Equal(pair.First.Y, pair.Second.Y);
            Assert.Equal(pair.First.Length(), pair.Second.Length(), 1e-4f);
            Assert.NotEqual(pair.First.X, pair.Second.X);
        });
    }

    [Fact]
    public void The_tensor_has_a_row_for_each_point_and_is_the_only_one()
    {
        var live = new LiveTensors();
        using (var x = new PointCloud([new(1, 2, 3), new(4, 5, 6)]).ToTensor())
        {
            Assert.Equal([2, 3], x.shape);
            Assert.Equal([1f, 2, 3, 4, 5, 6], x.data<float>().ToArray());
        }

        Assert.Equal(0, live.Created);
    }

    internal static PointCloud Random(int count, int seed)
    {
        var random = new Random(seed);
        return new PointCloud([.. Enumerable.Range(0, count).Select(_ =>
            new Vector3(random.NextSingle() * 4, random.NextSingle(), random.NextSingle() * 2))]);
    }
}
