using Deep.Media;
using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Radar;

/// <summary>What the parity cases do not hold: times, the GeoTIFF, choices of the caller.</summary>
public sealed class RadarReaderTests
{
    [SharedTheory]
    [InlineData("knmi/RAD_NL25_RAP_5min_201008260735.h5", "2010-08-26 07:35")]
    [InlineData("bom/2_20180616_100600.prcp-cscn.nc", "2018-06-16 10:06")]
    [InlineData("mch/20150515/AQC151351545F_00005.801.gif", "2015-05-15 15:45")]
    [InlineData("fmi/20160928/201609281445_fmi.radar.composite.lowest_FIN_SUOMI1.pgm.gz", "2016-09-28 14:45")]
    [InlineData("fmi_geotiff/201609281505_FINUTM.tif", "2016-09-28 15:05")]
    public void The_time_is_what_the_content_says(string name, string time)
    {
        var field = RadarField.Read(At(name));
        Assert.Equal(DateTime.Parse(time, null), field.Time.UtcDateTime);
        Assert.Equal(TimeSpan.Zero, field.Time.Offset);
    }

    [SharedFact]
    public void The_Finnish_GeoTIFF_is_reflectivity_on_the_national_grid()
    {
        var field = RadarField.Read(At("fmi_geotiff/201609281505_FINUTM.tif"));
        Assert.Equal((7316, 4963), (field.Height, field.Width));
        Assert.Equal(RadarUnit.Reflectivity, field.Unit);
        Assert.Equal("EPSG:3067", field.Grid.Projection);
        Assert.Equal(-196593.0043142296, field.Grid.Left, 1e-6);
        Assert.Equal(8084432.005259146, field.Grid.Top, 1e-6);
        Assert.Equal(250.004, field.Grid.PixelWidth, 3);
        Assert.Equal(-32, field.Values.Where(value => !float.IsNaN(value)).Min());
        Assert.InRange(field.Values.Where(value => !float.IsNaN(value)).Max(), 30, 70);
        Assert.InRange(field.Missing, 1, field.Values.Length - 1);
    }

    [SharedFact]
    public void A_quantity_can_be_named_and_one_that_is_not_there_is_listed_with_those_that_are()
    {
        var file = At("odim/T_PAAH21_C_EUOC_20180824180000.hdf");
        var error = Assert.Throws<MediaException>(() => RadarField.Read(file, new() { Quantity = "DBZH" }));
        Assert.Contains("RATE, QIND", error.Message, StringComparison.Ordinal);
        Assert.Throws<MediaException>(() => RadarField.Read(file, new() { Quantity = "QIND" }));
    }

    [SharedFact]
    public void A_field_larger_than_the_limit_is_refused_before_it_is_decoded()
    {
        var file = At("odim/T_PABV21_C_EUOC_20241126010000.hdf");
        var error = Assert.Throws<MediaException>(() => RadarField.Read(file, new() { MaxCells = 1_000_000 }));
        Assert.Contains("MaxCells", error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public void An_hour_of_rain_has_an_interval_of_an_hour()
    {
        var field = RadarField.Read(At("odim/T_PASH22_C_EUOC_20241126010000.hdf"));
        Assert.Equal(TimeSpan.FromHours(1), field.Interval);
        Assert.Equal(new ReflectivityRelation(200, 1.6), field.Relation);
        Assert.Equal(field.Values[0], field.ToRainRate().Values[0]);
    }

    [SharedFact]
    public void The_Finnish_and_Swiss_relations_come_with_their_files()
    {
        var dbz = RadarField.Read(At("fmi/20160928/201609281445_fmi.radar.composite.lowest_FIN_SUOMI1.pgm.gz"));
        var rate = dbz.ToRainRate();
        var wettest = Array.IndexOf(dbz.Values, dbz.Values.Where(v => !float.IsNaN(v)).Max());
        Assert.Equal(ReflectivityRelation.Finland.RainRate(dbz.Values[wettest]), rate.Values[wettest], 3);
        Assert.Equal(0, rate.Values.Where(v => !float.IsNaN(v)).Min());
        Assert.Equal(dbz.Missing, rate.Missing);
    }

    private static string At(string name) => SharedData.At(["data", "nowcast", .. name.Split('/')]);
}
