namespace Deep.Nowcast.Tests.Radar;

public sealed class CfGridTests
{
    [Theory]
    [InlineData("+proj=stere +lat_0=90 +lon_0=0 +lat_ts=60 +a=6378.137 +b=6356.752 +units=km")]
    [InlineData("+proj=stere +lat_0=90 +lon_0=0 +lat_ts=60 +a=6378137 +b=6356752 +units=m")]
    public void Axes_of_the_ellipsoid_are_metres_whatever_the_coordinates_are(string proj)
    {
        var attributes = CfGrid.Attributes(proj).ToDictionary(attribute => attribute.Name, attribute => attribute.Value[0]);
        Assert.Equal(6378137, attributes["semi_major_axis"], 0);
        Assert.Equal(6356752, attributes["semi_minor_axis"], 0);
    }
}
