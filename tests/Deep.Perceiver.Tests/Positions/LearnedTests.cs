using Deep.Perceivers;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Positions;

public sealed class LearnedTests
{
    [Theory]
    [InlineData(new[] { 8 }, new long[] { 13 })]
    [InlineData(new[] { 6, 8 }, new long[] { 12, 9 })]
    [InlineData(new[] { 3, 6, 8 }, new long[] { 5, 12, 9 })]
    public void A_grid_of_another_size_is_interpolated_along_each_axis(int[] learned, long[] wanted)
    {
        // A table that grows linearly along its axes keeps doing so, away from the borders that interpolation repeats.
        using var scope = NewDisposeScope();
        var config = new LearnedConfig { Shape = learned, Width = learned.Length };
        var table = Centres([.. learned.Select(n => (long)n)]);
        var result = LearnedPositions.For(table, config, wanted);
        Assert.Equal([wanted.Aggregate(1L, (a, b) => a * b), learned.Length], result.shape);
        var expected = Centres(wanted);
        var inside = expected.sub(0.5).abs().lt(0.25).all(1).unsqueeze(-1);
        AssertClose(where(inside, expected, zeros_like(expected)), where(inside, result, zeros_like(result)), 0.01);
    }

    [Fact]
    public void The_grid_that_was_learned_is_the_table()
    {
        using var scope = NewDisposeScope();
        var config = new LearnedConfig { Shape = [4, 5], Width = 3 };
        var table = randn(20, 3);
        AssertClose(table, LearnedPositions.For(table, config, [4, 5]), 0);
        Assert.Throws<ShapeException>(() => LearnedPositions.For(table, config, [4, 5, 6]));
    }

    [Fact]
    public void A_sequence_takes_the_first_and_no_more_than_there_are()
    {
        using var scope = NewDisposeScope();
        var config = new LearnedConfig { Shape = [10], Width = 3, Interpolates = false };
        var table = randn(10, 3);
        AssertClose(table.narrow(0, 0, 4), LearnedPositions.For(table, config, [4]), 0);
        Assert.Contains("10 rows", Assert.Throws<ShapeException>(() => LearnedPositions.For(table, config, [11])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_takes_pictures_of_another_size_than_its_positions_were_learned_for()
    {
        using var scope = NewDisposeScope();
        var network = new Perceiver(Small.Learned);
        using var bytes = network.Preprocess(PerceiverInput.Of(randn([1, 3, 12, 11])));
        Assert.Equal([1, 132, 12], bytes.Values.shape);
        Assert.Equal([12, 11], bytes.Grid);
    }

    // Each cell's centre in [0, 1] along each axis.
    private static Tensor Centres(long[] shape) => PositionGrid.Of(shape, GridPositions.HalfOpen).add(1).div(2)
        .add(tensor(shape.Select(n => 0.5f / n).ToArray()));
}
