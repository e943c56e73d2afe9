using Deep.Media;
using Deep.Nowcast;
using static TorchSharp.torch;

namespace Deep.Tests.Nowcast.Radar;

public sealed class RadarWriterTests : IDisposable
{
    private static readonly RadarGrid Dutch = new()
    {
        Height = 70,
        Width = 53,
        Projection = "+proj=stere +lat_0=90 +lon_0=0.0 +lat_ts=60.0 +a=6378.137 +b=6356.752 +x_0=0 +y_0=0",
        Left = 0,
        Right = 53,
        Top = -3650,
        Bottom = -3720,
        UnitMetres = 1000,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(RadarUnit.RainRate)]
    [InlineData(RadarUnit.Accumulation)]
    [InlineData(RadarUnit.Reflectivity)]
    public void A_field_comes_back_from_GeoTIFF_and_from_netCDF(RadarUnit unit)
    {
        var field = Fields.Sloped(70, 53, 35, unit, Dutch);
        RadarWriter.WriteGeoTiff(folder.At("a.tif"), field);
        RadarWriter.WriteNetCdf(folder.At("a.nc"), RainFrames.Of(field));
        foreach (var name in new[] { "a.tif", "a.nc" })
        {
            var read = RadarField.Read(folder.At(name));
            Assert.Equal(field.Values, read.Values);
            Assert.True(read.Grid.Matches(field.Grid), $"{name}: {read.Grid}");
            Assert.Equal((field.Unit, field.Time, field.Interval), (read.Unit, read.Time, read.Interval));
        }
    }

    [Fact]
    public void A_field_of_one_cell_and_one_without_projection_come_back()
    {
        var field = new RadarField([2.5f], RadarGrid.Plain(1, 1, 250), RadarUnit.RainRate, Fields.Noon);
        RadarWriter.WriteGeoTiff(folder.At("a.tif"), field);
        RadarWriter.WriteNetCdf(folder.At("a.nc"), RainFrames.Of(field));
        Assert.All(["a.tif", "a.nc"], (string name) =>
        {
            var read = RadarField.Read(folder.At(name));
            Assert.Equal(2.5f, read[0, 0]);
            Assert.Equal(field.Grid, read.Grid);
            Assert.Null(read.Interval);
        });
    }

    [Fact]
    public void An_ensemble_comes_back_with_its_members_times_and_the_time_that_it_was_made()
    {
        var rain = rand([3, 4, 70, 53], generator: new Generator(1)).mul(20);
        rain[1, 2, 3, 4] = tensor(float.NaN);
        using (rain)
        using (var forecast = new NowcastEnsemble(rain, Dutch, Fields.Noon, TimeSpan.FromMinutes(5)))
        {
            var frames = RainFrames.Of(forecast, "extrapolation");
            RadarWriter.WriteNetCdf(folder.At("ensemble.nc"), frames);
            var read = RadarWriter.ReadNetCdf(folder.At("ensemble.nc"));
            Assert.Equal(frames.Values.ToArray(), read.Values.ToArray());
            Assert.Equal((3, 4), (read.Members, read.Times.Count));
            Assert.Equal(frames.Times, read.Times);
            Assert.Equal(Fields.Noon, read.Reference);
            Assert.Equal("extrapolation", read.Source);
            Assert.True(read.Grid.Matches(Dutch));
            Assert.True(float.IsNaN(read.Field(1, 2)[3, 4]));
            Assert.Equal(Fields.Noon.AddMinutes(15), read.Field(1, 2).Time);
            Assert.Throws<MediaException>(() => RadarField.Read(folder.At("ensemble.nc")));
        }
    }

    [Fact]
    public void A_GeoTIFF_has_a_page_for_each_member_and_time_and_the_first_is_read()
    {
        var frames = RainFrames.Of(new RadarSequence([Fields.Sloped(70, 53, 0), Fields.Sloped(70, 53, 5)]));
        RadarWriter.WriteGeoTiff(folder.At("a.tif"), frames);
        Assert.Equal(Fields.Noon, RadarField.Read(folder.At("a.tif")).Time);
        using var tiff = BitMiracle.LibTiff.Classic.Tiff.Open(folder.At("a.tif"), "r");
        Assert.Equal(2, tiff.NumberOfDirectories());
    }

    [Fact]
    public void Frames_that_do_not_fit_and_folders_that_are_not_there_are_refused()
    {
        var frames = RainFrames.Of(Fields.Sloped(4, 5));
        Assert.Throws<ShapeException>(() => RadarWriter.WriteNetCdf(folder.At("a.nc"), frames with { Members = 2 }));
        Assert.Throws<ConfigurationException>(() => RadarWriter.WriteGeoTiff(
            folder.At("a.tif"), frames with { Times = [Fields.Noon, Fields.Noon], Values = new float[40] }));
        Assert.Throws<MediaException>(() => RadarWriter.WriteNetCdf(folder.At("none/a.nc"), frames));
        Assert.Throws<MediaException>(() => RadarWriter.ReadNetCdf(folder.Write("text.nc", "text"u8.ToArray())));
        RadarWriter.WriteNetCdf(folder.At("a.nc"), frames);
        var whole = File.ReadAllBytes(folder.At("a.nc"));
        Assert.Throws<MediaException>(() => RadarWriter.ReadNetCdf(folder.Write("cut.nc", whole[..^40])));
    }
}
