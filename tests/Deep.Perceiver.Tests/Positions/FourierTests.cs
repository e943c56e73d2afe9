using Deep.Perceivers;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Positions;

public sealed class FourierTests
{
    [Theory]
    [InlineData(true, false, FourierOrder.SinesThenCosines)]
    [InlineData(true, true, FourierOrder.SinesThenCosines)]
    [InlineData(false, false, FourierOrder.SinesThenCosines)]
    [InlineData(false, true, FourierOrder.AxisByAxis)]
    [InlineData(true, false, FourierOrder.AxisByAxis)]
    public void A_channel_is_the_sine_or_cosine_of_its_axis_and_band(bool concat, bool sineOnly, FourierOrder order)
    {
        using var scope = NewDisposeScope();
        int[] resolution = [10, 7];
        var config = new FourierConfig { Bands = 4, MaxResolution = resolution, ConcatPositions = concat, SineOnly = sineOnly, Order = order };
        double[] position = [-0.3, 0.85];
        var features = new FourierFeatures(config).Of(tensor(position).unsqueeze(0)).data<float>().ToArray();
        Assert.Equal(config.EncodingChannels, features.Length);
        var expected = order == FourierOrder.SinesThenCosines
            ? (concat ? position : []).Concat(Waves(Math.Sin, 0)).Concat(Waves(Math.Sin, 1))
                .Concat(sineOnly ? [] : Waves(Math.Cos, 0).Concat(Waves(Math.Cos, 1)))
            : Enumerable.Range(0, 2).SelectMany(axis => Waves(Math.Sin, axis)
                .Concat(sineOnly ? [] : Waves(Math.Cos, axis)).Concat(concat ? [position[axis]] : []));
        Assert.All(expected.Zip(features), pair => Assert.InRange(pair.First - pair.Second, -1e-5, 1e-5));

        IEnumerable<double> Waves(Func<double, double> wave, int axis) =>
            Enumerable.Range(0, 4).Select(k => wave(Math.PI * position[axis] * (1 + (k * ((resolution[axis] / 2.0) - 1) / 3))));
    }

    [Fact]
    public void Every_sample_has_the_features_of_its_own_positions()
    {
        using var scope = NewDisposeScope();
        var fourier = new FourierFeatures(Small.Fourier(9, 9, 9));
        var positions = rand(3, 5, 3);
        AssertClose(fourier.Of(positions[2]), fourier.Of(positions)[2], 0);
        Assert.Equal([3, 5, 21], fourier.Of(positions).shape);
        Assert.Contains("3 axes", Assert.Throws<ShapeException>(() => fourier.Of(rand(5, 2))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GridPositions.Inclusive)]
    [InlineData(GridPositions.HalfOpen)]
    public void The_positions_of_some_cells_are_those_of_all(GridPositions grid)
    {
        using var scope = NewDisposeScope();
        long[] shape = [3, 1, 5];
        var all = PositionGrid.Of(shape, grid);
        Assert.Equal([15, 3], all.shape);
        var indices = tensor([14L, 0, 7]);
        AssertClose(all.index_select(0, indices), PositionGrid.At(indices, shape, grid), 0);
        Assert.Equal(grid == GridPositions.Inclusive ? 1 : 0.6, all[14, 2].ToDouble(), 6);
        Assert.Equal(-1, all[14, 1].ToDouble(), 6);
    }

    [Fact]
    public void The_last_axis_runs_fastest()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([-1f, -1, -1, 1, 1, -1, 1, 1], PositionGrid.Of([2, 2]).flatten().data<float>().ToArray());
    }
}
