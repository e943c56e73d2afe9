using Deep.Media;

namespace Deep.Tests.Media;

public sealed class PictureFramesTests
{
    // Sums of red, green and blue over all pixels of each frame, as Pillow decodes them.
    [Theory]
    [InlineData("animated.gif", "44032 45873 47465|44032 45873 47465|44032 45873 47465")]
    [InlineData("animated.webp", "44198 45930 47528|44081 45750 46806")]
    public void Each_frame_is_what_a_viewer_shows(string file, string sums)
    {
        var frames = PictureFrames.Open(PictureFiles.SamplePath(file));
        Assert.Equal(sums.Split('|'), frames.Select(Sum));
        Assert.Equal(Picture.Open(PictureFiles.SamplePath(file)).Pixels.ToArray(), frames[0].Pixels.ToArray());
        Assert.Equal(frames.Count, frames.Select(frame => Convert.ToHexString(frame.Pixels)).Distinct().Count());
    }

    [Theory]
    [InlineData("rgb.bmp")]
    [InlineData("interlaced.png")]
    [InlineData("baseline.jpg")]
    public void A_picture_that_does_not_move_has_one_frame(string file) =>
        Assert.Equal(Picture.Open(PictureFiles.SamplePath(file)).Pixels.ToArray(),
            Assert.Single(PictureFrames.Open(PictureFiles.SamplePath(file))).Pixels.ToArray());

    [Fact]
    public void All_frames_together_keep_the_limits_and_damage_is_one_error()
    {
        var path = PictureFiles.SamplePath("animated.gif");
        Assert.Equal(3, PictureFrames.Open(path, new() { MaxPixels = 22 * 17 * 3 }).Count);
        Assert.Throws<MediaException>(() => PictureFrames.Open(path, new() { MaxPixels = (22 * 17 * 3) - 1 }));
        Assert.Throws<MediaException>(() => PictureFrames.Open("no-such.gif"));
        var good = File.ReadAllBytes(path);
        var random = new Random(1);
        var file = Path.GetTempFileName();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var damaged = i < 100 ? good[..random.Next(good.Length)] : good.ToArray();
                if (i >= 100)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                File.WriteAllBytes(file, damaged);
                try
                {
                    Assert.NotEmpty(PictureFrames.Open(file));
                }
                catch (MediaException)
                {
                }
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Sum(Picture frame)
    {
        Span<int> sum = stackalloc int[3];
        for (var i = 0; i < frame.Pixels.Length; i++)
        {
            sum[i % 3] += frame.Pixels[i];
        }

        return $"{sum[0]} {sum[1]} {sum[2]}";
    }
}
