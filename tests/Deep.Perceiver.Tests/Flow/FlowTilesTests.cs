using Deep.Perceivers;

namespace Deep.Tests.Perceivers;

public sealed class FlowTilesTests
{
    [Theory]
    [InlineData(1080, 1920)]
    [InlineData(1080, 1440)]
    [InlineData(540, 960)]
    [InlineData(436, 1024)]
    [InlineData(368, 496)]
    [InlineData(369, 497)]
    [InlineData(2160, 3840)]
    public void Tiles_lie_within_the_picture_cover_it_and_are_distinct(int height, int width)
    {
        var tiles = FlowTiles.Of(height, width, 368, 496);
        Assert.Equal(tiles.Corners.Count, tiles.Corners.Distinct().Count());
        Assert.All(tiles.Corners, corner => Assert.True(corner.Y + 368 <= height && corner.X + 496 <= width));
        AssertCovered([.. tiles.Corners.Select(c => c.Y).Distinct()], 368, height);
        AssertCovered([.. tiles.Corners.Select(c => c.X).Distinct()], 496, width);
    }

    [Fact]
    public void Any_size_of_picture_and_tile_has_such_tiles()
    {
        for (var length = 5; length < 120; length++)
        {
            for (var overlap = 0; overlap < 5; overlap++)
            {
                AssertCovered([.. FlowTiles.Of(length, 5, 5, 5, overlap).Corners.Select(c => c.Y)], 5, length, overlap);
            }
        }
    }

    [Fact]
    public void A_picture_of_one_tile_has_one_and_a_wide_one_of_1920_has_four_columns()
    {
        Assert.Equal([(0, 0)], FlowTiles.Of(368, 496, 368, 496).Corners);
        Assert.Equal([0, 476, 952, 1424], FlowTiles.Of(368, 1920, 368, 496).Corners.Select(c => c.X));
    }

    [Fact]
    public void Equal_flow_in_all_tiles_is_that_flow_twenty_times()
    {
        var tiles = FlowTiles.Of(17, 23, 8, 10, 3);
        var one = Enumerable.Repeat(new[] { 0.25f, -1f }, 80).SelectMany(uv => uv).ToArray();
        var field = tiles.Stitch([.. tiles.Corners.Select(_ => one)]);
        Assert.Equal((23, 17), (field.Width, field.Height));
        Assert.All(field.U.ToArray(), u => Assert.Equal(5f, u));
        Assert.All(field.V.ToArray(), v => Assert.Equal(-20f, v));
    }

    [Fact]
    public void Where_tiles_overlap_the_one_whose_edge_is_farther_weighs_more()
    {
        var tiles = FlowTiles.Of(1, 6, 1, 4, 0);
        Assert.Equal([(0, 0), (0, 2)], tiles.Corners);
        var (left, right) = (new float[8], new float[8]);
        Array.Fill(right, 1);
        Assert.Equal(1, tiles.WeightAt(0, 2));
        var field = tiles.Stitch([left, right], scale: 1);
        Assert.Equal([0, 0, 0.5f, 0.5f, 1, 1], field.U.ToArray());

        var tall = FlowTiles.Of(9, 12, 9, 8, 0);
        var u = tall.Stitch([new float[144], Enumerable.Repeat(1f, 144).ToArray()], scale: 1).U[((4 * 12) + 4)..((4 * 12) + 8)].ToArray();
        Assert.Equal([1 / 5f, 2 / 5f, 3 / 5f, 4 / 5f], u, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Pictures_smaller_than_a_tile_and_wrong_settings_are_one_clear_error()
    {
        Assert.Contains("at least one tile, 496 x 368 pixels, but these are 495 x 400",
            Assert.Throws<ShapeException>(() => FlowTiles.Of(400, 495, 368, 496)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => FlowTiles.Of(367, 600, 368, 496));
        Assert.Throws<ConfigurationException>(() => FlowTiles.Of(400, 600, 368, 496, 368));
        Assert.Throws<ConfigurationException>(() => FlowTiles.Of(400, 600, 368, 496, -1));
        Assert.Throws<ConfigurationException>(() => FlowTiles.Of(400, 600, 0, 496));
        var tiles = FlowTiles.Of(8, 8, 4, 4, 0);
        Assert.Throws<ShapeException>(() => tiles.Stitch([new float[32]]));
        Assert.Throws<ShapeException>(() => tiles.Stitch([new float[32], new float[32], new float[32], new float[31]]));
    }

    private static void AssertCovered(int[] starts, int tile, int length, int overlap = 20)
    {
        Assert.Equal(0, starts[0]);
        Assert.Equal(length - tile, starts[^1]);
        Assert.All(starts.Zip(starts.Skip(1)), pair => Assert.InRange(pair.Second, pair.First + 1, pair.First + tile - overlap));
    }
}
