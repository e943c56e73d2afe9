using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Radar;

public sealed class FileTimeTests
{
    [Theory]
    [InlineData("201609281445_fmi.radar.pgm", "2016-09-28 14:45:00")]
    [InlineData("2_20180616_100600.prcp-cscn.nc", "2018-06-16 10:06:00")]
    [InlineData("T_PAAH21_C_EUOC_20180824180000.hdf", "2018-08-24 18:00:00")]
    [InlineData("radar-2024-02-29T23:55.npy", "2024-02-29 23:55:00")]
    [InlineData("AQC151351545F_00005.801.gif", "2015-05-15 15:45:00")]
    [InlineData("AQC161940000V.gif", "2016-07-12 00:00:00")]
    public void A_name_spells_a_time(string name, string expected) =>
        Assert.Equal(DateTime.Parse(expected, null), FileTime.OfName(name)!.Value.UtcDateTime);

    [Theory]
    [InlineData("rain.npy")]
    [InlineData("20241340.npy")]
    [InlineData("209913992561.npy")]
    [InlineData("000000000.gif")]
    public void A_name_without_a_time_spells_none(string name) => Assert.Null(FileTime.OfName(name));
}
