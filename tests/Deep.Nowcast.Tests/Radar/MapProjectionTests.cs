using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Radar;

/// <summary>Numbers of Snyder's examples (USGS Professional Paper 1395, appendix A), and corners that radar files state.</summary>
public sealed class MapProjectionTests
{
    [Theory]
    [InlineData("+proj=merc +lon_0=-180 +ellps=clrk66", -75, 35, 11688673.7, 4139145.6)]
    [InlineData("+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +ellps=clrk66", -75, 35, 1885472.7, 1535925.0)]
    [InlineData("+proj=lcc +lat_1=33 +lat_2=45 +lat_0=23 +lon_0=-96 +ellps=clrk66", -75, 35, 1894410.9, 1564649.5)]
    [InlineData("+proj=laea +lat_0=40 +lon_0=-100 +ellps=clrk66", -110, 30, -965932.1, -1056814.9)]
    [InlineData("+proj=laea +lat_0=55.0 +lon_0=10.0 +x_0=1950000.0 +y_0=-2100000.0 +units=m +ellps=WGS84", 57.8119647501499, 67.6210371071631, 3800000, 0)]
    [InlineData("+proj=laea +lat_0=55.0 +lon_0=10.0 +x_0=1950000.0 +y_0=-2100000.0 +units=m +ellps=WGS84", 29.421038635578, 31.987650276733, 3800000, -4400000)]
    [InlineData("+proj=longlat +ellps=WGS84", 12.5, 47.25, 12.5, 47.25)]
    public void A_place_projects_to_the_known_coordinates(string proj, double longitude, double latitude, double x, double y)
    {
        var (foundX, foundY) = MapProjection.Parse(proj)!.Project(longitude, latitude);
        Assert.Equal(x, foundX, 0.1);
        Assert.Equal(y, foundY, 0.1);
    }

    [Fact]
    public void The_corners_of_the_Dutch_composite_lie_where_its_files_say()
    {
        // geo_product_corners are rounded to a thousandth of a degree; the file's numbers are kilometres.
        var projection = MapProjection.Parse(
            "+proj=stere +lat_0=90 +lon_0=0.0 +lat_ts=60.0 +a=6378.137 +b=6356.752 +x_0=0 +y_0=0")!;
        Assert.Equal(-3650, projection.Project(0, 55.974).Y, 0.2);
        Assert.Equal(-4415, projection.Project(0, 49.362).Y, 0.2);
        Assert.Equal(700, projection.Project(10.856, 55.389).X, 0.2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+proj=somerc +lon_0=7.4")]
    [InlineData("+proj=stere +lat_0=50")]
    [InlineData("EPSG:3067")]
    [InlineData("+proj=laea +a=-1")]
    public void A_projection_that_is_not_known_is_none(string proj) => Assert.Null(MapProjection.Parse(proj));
}
