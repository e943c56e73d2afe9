using Deep.Media;
using Deep.Nowcast;
using Deep.Tests.Nowcast.Radar;

namespace Deep.Tests.Nowcast.Maps;

public sealed class GifAnimationTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 2)]
    [InlineData(64, 48, 200)]
    [InlineData(300, 211, 256)]
    [InlineData(200, 200, 3)]
    public void The_first_frame_comes_back_pixel_by_pixel(int width, int height, int colours)
    {
        var picture = Noise(width, height, colours);
        var read = Picture.Open(GifAnimation.Encode([picture]));
        Assert.Equal(picture.Pixels.ToArray(), read.Pixels.ToArray());
    }

    [Fact]
    public void Our_own_decoder_reads_the_same_indices_that_were_written()
    {
        using var folder = new TemporaryFolder();
        var picture = Noise(173, 91, 256);
        var palette = GifPalette.Of([picture]);
        var path = folder.Write("a.gif", GifAnimation.Encode([picture]));
        var file = RadarBytes.Read(path, RadarReadOptions.Default);
        var (_, _, comment, _) = GifIndices.Header(file);
        Assert.Equal("", comment);
        var (height, width, _, data) = GifIndices.Header(file);
        Assert.Equal((91, 173), (height, width));
        Assert.Equal(palette.Indices(picture), GifIndices.Decode(file, data, height * width));
    }

    [Fact]
    public void All_frames_are_there_with_their_times()
    {
        var gif = GifAnimation.Encode([Noise(20, 10, 4), Noise(20, 10, 9), Noise(20, 10, 5)], 400, 2000);
        var delays = new List<int>();
        for (var i = 0; i < gif.Length - 6; i++)
        {
            if (gif[i] == 0x21 && gif[i + 1] == 0xF9 && gif[i + 2] == 4)
            {
                delays.Add(gif[i + 4] | (gif[i + 5] << 8));
            }
        }

        Assert.Equal([40, 40, 200], delays);
        Assert.Equal(0x3B, gif[^1]);
    }

    [Fact]
    public void Every_frame_comes_back_pixel_by_pixel()
    {
        using var folder = new TemporaryFolder();
        Picture[] frames = [Noise(90, 70, 9), Noise(90, 70, 30), Noise(90, 70, 60)];
        GifAnimation.Write(folder.At("a.gif"), frames);
        var read = PictureFrames.Open(folder.At("a.gif"));
        Assert.Equal(3, read.Count);
        Assert.All(frames.Zip(read), pair => Assert.Equal(pair.First.Pixels.ToArray(), pair.Second.Pixels.ToArray()));
    }

    [Fact]
    public void More_than_256_colours_take_the_nearest_and_pictures_of_two_sizes_are_refused()
    {
        var rgb = new byte[260 * 3];
        for (var i = 0; i < 260; i++)
        {
            (rgb[3 * i], rgb[(3 * i) + 1]) = ((byte)(i / 2), (byte)(i % 2));
        }

        var read = Picture.Open(GifAnimation.Encode([new Picture(260, 1, rgb)]));
        for (var i = 0; i < rgb.Length; i++)
        {
            Assert.InRange(Math.Abs(rgb[i] - read.Pixels[i]), 0, 2);
        }

        Assert.Throws<ShapeException>(() => GifAnimation.Encode([Noise(2, 2, 2), Noise(2, 3, 2)]));
        Assert.Throws<ConfigurationException>(() => GifAnimation.Encode([]));
        Assert.Throws<ConfigurationException>(() => GifAnimation.Encode([Noise(2, 2, 2)], 5));
    }

    private static Picture Noise(int width, int height, int colours)
    {
        var random = new Random(colours);
        var table = Enumerable.Range(0, colours).Select(i => new[] { (byte)i, (byte)(255 - i), (byte)(i * 7) }).ToArray();
        return new Picture(width, height,
            [.. Enumerable.Range(0, width * height).SelectMany(i => table[i % 3 == 0 ? random.Next(colours) : i * colours / (width * height)])]);
    }
}
