using Deep.Media;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests.Perceivers;

public sealed class FlowPatchesTests
{
    [Fact]
    public void A_pixel_has_its_neighbours_in_the_tile_and_zeros_beyond_it()
    {
        var (first, second) = (SmallModels.Noise(9, 7, 1), SmallModels.Noise(9, 7, 2));
        var tiles = FlowTiles.Of(7, 9, 4, 5, 1);
        var live = new LiveTensors();
        using (var patches = FlowPatches.Of(first, second, tiles, [3, 1]))
        {
            Assert.Equal([2, 2, 27, 4, 5], patches.shape);
            var values = patches.data<float>().ToArray();
            foreach (var (t, corner) in new[] { (0, tiles.Corners[3]), (1, tiles.Corners[1]) })
            {
                for (var i = 0; i < 2 * 27 * 20; i++)
                {
                    var (frame, channel, y, x) = (i / 540, i / 20 % 27, i / 5 % 4, i % 5);
                    var (ny, nx, colour) = (y + (channel / 9) - 1, x + (channel / 3 % 3) - 1, channel % 3);
                    var expected = ny is < 0 or > 3 || nx is < 0 or > 4 ? 0
                        : (((frame == 0 ? first : second).Pixels[((((corner.Y + ny) * 9) + corner.X + nx) * 3) + colour] / 255f) * 2) - 1;
                    Assert.Equal(expected, values[(t * 1080) + i], 1e-6f);
                }
            }
        }

        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Pictures_of_other_sizes_are_one_clear_error()
    {
        var tiles = FlowTiles.Of(8, 8, 4, 4, 0);
        Assert.Contains("8 x 8 pixels, but one has 9 x 8", Assert.Throws<ShapeException>(() =>
            FlowPatches.Of(SmallModels.Noise(8, 8, 1), SmallModels.Noise(9, 8, 1), tiles)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => FlowPatches.Of(SmallModels.Noise(8, 7, 1), SmallModels.Noise(8, 7, 1), tiles));
    }
}
