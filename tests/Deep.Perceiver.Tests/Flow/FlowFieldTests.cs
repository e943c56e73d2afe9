using Deep.Media;
using Deep.Perceivers;

namespace Deep.Tests.Perceivers;

public sealed class FlowFieldTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_comes_back_as_it_was_and_has_Middlebury_s_layout()
    {
        var field = FlowField.Of(5, 3, (x, y) => (x + 0.25, -y * 1e10));
        var path = folder.File("field.flo");
        field.Save(path);
        var bytes = File.ReadAllBytes(path);
        Assert.Equal("PIEH"u8.ToArray(), bytes[..4]);
        Assert.Equal(12 + (8 * 15), bytes.Length);
        Assert.Equal(5, BitConverter.ToInt32(bytes, 4));
        Assert.Equal(1.25f, BitConverter.ToSingle(bytes, 20));
        var read = FlowField.Open(path);
        Assert.Equal(field.U.ToArray(), read.U.ToArray());
        Assert.Equal(field.V.ToArray(), read.V.ToArray());
        Assert.True(read.IsKnown(0, 0));
        Assert.False(read.IsKnown(0, 1));
    }

    [Fact]
    public void A_hostile_file_is_one_error_and_costs_no_memory()
    {
        var path = folder.File("hostile.flo");
        FlowField.Of(4, 4, (_, _) => (0, 0)).Save(path);
        var good = File.ReadAllBytes(path);
        foreach (var length in Enumerable.Range(0, good.Length))
        {
            File.WriteAllBytes(path, good[..length]);
            Assert.Throws<MediaException>(() => FlowField.Open(path));
        }

        foreach (var (width, height) in new[] { (0, 4), (-1, 4), (int.MaxValue, int.MaxValue), (16384, 16384), (16384, 6000) })
        {
            BitConverter.TryWriteBytes(good.AsSpan(4), width);
            BitConverter.TryWriteBytes(good.AsSpan(8), height);
            File.WriteAllBytes(path, good);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<MediaException>(() => FlowField.Open(path));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        }

        Assert.Throws<MediaException>(() => FlowField.Open(folder.File("none.flo")));
        Assert.Throws<MediaException>(() => FlowField.Of(1, 1, (_, _) => (0, 0)).Save(folder.File("no/such/folder.flo")));
    }

    [Fact]
    public void The_end_point_error_is_the_mean_distance_of_known_pixels()
    {
        var zero = FlowField.Of(4, 2, (_, _) => (0, 0));
        Assert.Equal(5, zero.EndPointError(FlowField.Of(4, 2, (_, _) => (3, 4))), 1e-9);
        Assert.Equal(1, zero.EndPointError(FlowField.Of(4, 2, (x, _) => x < 2 ? (1, 0) : (1e10, 0))), 1e-9);
        Assert.True(double.IsNaN(zero.EndPointError(FlowField.Of(4, 2, (_, _) => (double.NaN, 0)))));
        Assert.Throws<ShapeException>(() => zero.EndPointError(FlowField.Of(2, 4, (_, _) => (0, 0))));
    }

    [Fact]
    public void Warping_along_the_true_flow_gives_the_first_picture_back()
    {
        var first = SmallModels.Noise(12, 9, 1);
        var moved = new byte[12 * 9 * 3];
        for (var y = 1; y < 9; y++)
        {
            first.Pixels.Slice((y - 1) * 36, 30).CopyTo(moved.AsSpan((y * 36) + 6));
        }

        var warped = FlowField.Of(12, 9, (_, _) => (2, 1)).Warp(new Picture(12, 9, moved));
        Assert.Equal(first.Crop(0, 0, 10, 8).Pixels.ToArray(), warped.Crop(0, 0, 10, 8).Pixels.ToArray());
        Assert.Equal(new byte[27], warped.Crop(10, 0, 1, 9).Pixels.ToArray());
        var half = FlowField.Of(2, 1, (_, _) => (0.5, 0)).Warp(new Picture(2, 1, [0, 10, 20, 100, 20, 20]));
        Assert.Equal([50, 15, 20, 0, 0, 0], half.Pixels.ToArray());
        Assert.Throws<ShapeException>(() => FlowField.Of(3, 1, (_, _) => (0, 0)).Warp(new Picture(2, 1, new byte[6])));
    }

    [Fact]
    public void Directions_have_hues_lengths_have_saturation_and_the_unknown_is_black()
    {
        var picture = FlowPicture.Draw(FlowField.Of(5, 1, (x, _) => x switch
        {
            0 => (0, 0),
            1 => (1, 0),
            2 => (-1, 0),
            3 => (0.5, 0),
            _ => (1e10, 0),
        }));
        var pixels = picture.Pixels.ToArray();
        Assert.Equal([255, 255, 255], pixels[..3]);
        Assert.Equal([255, 0, 0], pixels[3..6]);
        Assert.True(pixels[6] < 100 && pixels[8] > 200, "left is blue");
        Assert.Equal([255, 127, 127], pixels[9..12]);
        Assert.Equal([0, 0, 0], pixels[12..]);
        var longer = FlowPicture.Draw(FlowField.Of(1, 1, (_, _) => (4, 0)), longest: 2).Pixels.ToArray();
        Assert.Equal([191, 0, 0], longer);
        Assert.Throws<ConfigurationException>(() => FlowPicture.Draw(FlowField.Of(1, 1, (_, _) => (0, 0)), 0));
    }

    [Fact]
    public void A_field_needs_as_many_numbers_as_pixels()
    {
        Assert.Throws<ShapeException>(() => new FlowField(2, 2, new float[4], new float[3]));
        Assert.Throws<ShapeException>(() => new FlowField(0, 2, [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => FlowField.Of(2, 2, (_, _) => (0, 0))[2, 0]);
    }
}
