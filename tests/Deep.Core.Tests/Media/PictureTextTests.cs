using Deep.Media;

namespace Deep.Tests.Media;

public sealed class PictureTextTests
{
    [Fact]
    public void Letters_take_the_colour_right_of_where_they_begin_and_above_their_line()
    {
        var rgb = White(120, 60);
        PictureText.Draw(rgb, 120, "HI", left: 10, baseline: 45, size: 40, colour: 0x102030, bold: true);
        var inked = Inked(rgb, 120);
        Assert.NotEmpty(inked);
        Assert.All(inked, pixel => Assert.True(pixel.X is >= 10 and < 70 && pixel.Y is >= 10 and <= 46, $"{pixel}"));
        Assert.Contains(
            Enumerable.Range(0, 120 * 60), i => rgb.AsSpan(3 * i, 3).SequenceEqual<byte>([0x10, 0x20, 0x30]));
    }

    [Fact]
    public void Text_that_reaches_outside_is_cut()
    {
        var rgb = White(20, 10);
        foreach (var (left, baseline) in new[] { (-15, 8), (15, 8), (2, 2), (2, 18), (500, 500), (-500, -500) })
        {
            PictureText.Draw(rgb, 20, "Nowcast", left, baseline, 12);
        }

        var narrow = White(60, 30);
        PictureText.Draw(narrow, 60, "HHHHHHHH", 5, 20, 14, maxWidth: 12);
        Assert.All(Inked(narrow, 60), pixel => Assert.True(pixel.X < 17));
    }

    [Fact]
    public void Rows_that_do_not_fit_and_absurd_sizes_are_refused()
    {
        Assert.Throws<ShapeException>(() => PictureText.Draw(new byte[10], 3, "a", 0, 0, 10));
        Assert.Throws<ConfigurationException>(() => PictureText.Draw(new byte[9], 3, "a", 0, 0, float.NaN));
        PictureText.Draw(new byte[9], 3, "", 0, 0, 10);
    }

    private static byte[] White(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        rgb.AsSpan().Fill(255);
        return rgb;
    }

    private static List<(int X, int Y)> Inked(byte[] rgb, int width) =>
        [.. Enumerable.Range(0, rgb.Length / 3).Where(i => rgb[3 * i] < 250).Select(i => (i % width, i / width))];
}
