using Deep.Media;
using Deep.Nowcast;
using Deep.Tests.Nowcast.Radar;

namespace Deep.Tests.Nowcast.Maps;

public sealed class RadarMapTests
{
    [Fact]
    public void Cells_have_the_colour_of_their_rain_and_missing_ones_are_hatched()
    {
        var values = new float[64 * 64];
        Array.Fill(values, 5f, 0, 64 * 32);
        Array.Fill(values, float.NaN, 64 * 32, 64 * 16);
        var field = new RadarField(values, RadarGrid.Plain(64, 64), RadarUnit.RainRate, Fields.Noon);
        var map = RadarMap.Draw(field, width: 256);
        var palette = RainPalette.RainRate;
        Assert.Equal(palette.Colours[4], At(map, 100, 60));
        Assert.Contains(At(map, 100, 26 + 150), new[] { palette.Missing, palette.Hatching });
        Assert.Equal(palette.Dry, At(map, 100, 26 + 230));
        Assert.Equal((64 * 16 * 16) + (22 * 14), Count(map, palette.Missing, palette.Hatching));
    }

    [Theory]
    [InlineData(0, 0xFFFFFF)]
    [InlineData(0.0999, 0xFFFFFF)]
    [InlineData(0.1, 0xC6E2F5)]
    [InlineData(3.99, 0x2166AC)]
    [InlineData(4, 0xF7D038)]
    [InlineData(500, 0x5B1A6E)]
    public void A_rate_has_the_colour_of_its_step(double rate, int colour) =>
        Assert.Equal(colour, RainPalette.RainRate.Colour((float)rate));

    [Fact]
    public void A_single_wet_cell_stays_visible_where_pixels_are_larger_than_cells()
    {
        var values = new float[1000 * 1000];
        values[(501 * 1000) + 777] = 70;
        var field = new RadarField(values, RadarGrid.Plain(1000, 1000), RadarUnit.RainRate, Fields.Noon);
        var map = RadarMap.Draw(field, width: 250);
        Assert.Equal(RainPalette.RainRate.Colours[^1], At(map, 16 + (777 / 4), 26 + (501 / 4)));
    }

    [Fact]
    public void Maps_stand_side_by_side_and_of_several_sizes_are_refused()
    {
        var panel = MapPanel.Of(Fields.Sloped(40, 40));
        var one = RadarMap.Draw([panel], width: 480);
        var three = RadarMap.Draw([panel, panel, panel], width: 480);
        Assert.True(three.Width > 2.5 * one.Width);
        Assert.Equal(one.Height, three.Height);
        Assert.Throws<ShapeException>(() => RadarMap.Draw([panel, MapPanel.Of(Fields.Sloped(41, 40))]));
        Assert.Throws<ConfigurationException>(() => RadarMap.Draw([]));
        Assert.Throws<ConfigurationException>(() => RadarMap.Draw([panel], width: 10));
        Assert.Throws<ConfigurationException>(() => (RainPalette.RainRate with { Bounds = [1] }).Validate());
    }

    [Fact]
    public void A_picture_of_a_forecast_can_be_animated_with_its_colours_kept()
    {
        var frames = Enumerable.Range(0, 3).Select(t => RadarMap.Draw(
            [MapPanel.Of(Fields.Sloped(40, 40, 5 * t), "observed"), MapPanel.Of("chance", new float[40, 40], RadarGrid.Plain(40, 40))],
            width: 120)).ToList();
        var read = Picture.Open(GifAnimation.Encode(frames));
        Assert.Equal(frames[0].Width, read.Width);
        Assert.Equal(At(frames[0], 30, 40), At(read, 30, 40));
    }

    private static int At(Picture picture, int x, int y)
    {
        var pixel = picture.Pixels.Slice(((y * picture.Width) + x) * 3, 3);
        return (pixel[0] << 16) | (pixel[1] << 8) | pixel[2];
    }

    private static int Count(Picture picture, params int[] colours) =>
        Enumerable.Range(0, picture.Width * picture.Height).Count(i => colours.Contains(At(picture, i % picture.Width, i / picture.Width)));
}
