using System.IO.Compression;
using System.Text;
using Deep.Media;
using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Radar;

/// <summary>Damaged, truncated and lying files: one clear error each, in bounded time and memory.</summary>
public sealed class HostileFileTests : IDisposable
{
    private static readonly RadarReadOptions Rain = new() { Unit = RadarUnit.RainRate };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_missing_an_empty_and_an_unknown_file_say_so()
    {
        Assert.Throws<MediaException>(() => RadarField.Read(folder.At("none.h5")));
        Refused("empty.h5", [], "empty");
        Refused("text.h5", "rain was heavy on Tuesday"u8.ToArray(), "none of the known");
        Refused("zeros.h5", new byte[4096], "none of the known");
    }

    [SharedTheory]
    [InlineData("knmi/RAD_NL25_RAP_5min_201008260000.h5")]
    [InlineData("bom/2_20180616_100000.prcp-cscn.nc")]
    [InlineData("mch/20150515/AQC151351545F_00005.801.gif")]
    [InlineData("fmi/20160928/201609281445_fmi.radar.composite.lowest_FIN_SUOMI1.pgm.gz")]
    [InlineData("fmi_geotiff/201609281505_FINUTM.tif")]
    public void A_file_cut_anywhere_is_refused(string name)
    {
        var whole = File.ReadAllBytes(SharedData.At(["data", "nowcast", .. name.Split('/')]));
        foreach (var share in new[] { 0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97 })
        {
            var path = folder.Write("cut201001010000", whole[..(int)(whole.Length * share)]);
            var error = Assert.Throws<MediaException>(() => RadarField.Read(path));
            Assert.Contains("cut201001010000", error.Message, StringComparison.Ordinal);
        }
    }

    [SharedTheory]
    [InlineData("knmi/RAD_NL25_RAP_5min_201008260000.h5")]
    [InlineData("mch/20150515/AQC151351545F_00005.801.gif")]
    [InlineData("bom/2_20180616_100000.prcp-cscn.nc")]
    public void Turned_bytes_end_in_a_field_or_in_one_error(string name)
    {
        var whole = File.ReadAllBytes(SharedData.At(["data", "nowcast", .. name.Split('/')]));
        var random = new Random(7);
        for (var trial = 0; trial < 40; trial++)
        {
            var turned = (byte[])whole.Clone();
            for (var i = 0; i < 6; i++)
            {
                turned[random.Next(Math.Min(turned.Length, 12_000))] = (byte)random.Next(256);
            }

            try
            {
                _ = RadarField.Read(folder.Write("turned201001010000", turned));
            }
            catch (MediaException error)
            {
                Assert.Contains("turned", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_gzip_bomb_stops_at_the_limit()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var block = new byte[1 << 20];
            for (var i = 0; i < 64; i++)
            {
                gzip.Write(block);
            }
        }

        var path = folder.Write("bomb.pgm.gz", packed.ToArray());
        var error = Assert.Throws<MediaException>(() => RadarField.Read(path, new() { MaxBytes = 8 << 20 }));
        Assert.Contains("MaxBytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P5\n# type stereographic\n100000 100000\n255\n", "cells")]
    [InlineData("P5\n# type stereographic\n99999999999999999999 5\n255\n", "not a number")]
    [InlineData("P5\n# type stereographic\n2 2\n70000\n1234", "largest value")]
    [InlineData("P5\n2 2\n255\n1234", "stereographic")]
    [InlineData("P5\n# type stereographic\n# centrallongitude x\n2 2\n255\n1234", "centrallongitude")]
    [InlineData("P5\n# type stereographic\n2 2\n255\n12", "bytes follow")]
    [InlineData("P5\n# never ends", "does not end")]
    public void A_picture_that_lies_about_itself_is_refused(string content, string reason) =>
        Refused("201001010000.pgm", Encoding.Latin1.GetBytes(content), reason);

    [Fact]
    public void A_NumPy_array_needs_a_unit_and_two_axes()
    {
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        byte[] Array(string text, int floats) =>
            [0x93, .. "NUMPY"u8, 1, 0, (byte)(text.Length + 1), 0, .. Encoding.ASCII.GetBytes(text + "\n"), .. new byte[4 * floats]];
        var path = folder.Write("201001010000.npy", Array(header, 6));
        Assert.Contains("Unit", Assert.Throws<MediaException>(() => RadarField.Read(path)).Message, StringComparison.Ordinal);
        Assert.Equal(6, RadarField.Read(path, Rain).Values.Length);
        Assert.Equal(2010, RadarField.Read(path, Rain).Time.Year);
        Refused("201001010000.npy", Array(header, 5), "needs 24 bytes", Rain);
        Refused("201001010000.npy", Array(header.Replace("2, 3", "6,", StringComparison.Ordinal), 6), "one field", Rain);
        Refused("201001010000.npy", Array(header.Replace("2, 3", "99999999, 99999999", StringComparison.Ordinal), 6), "damaged", Rain);
        Refused("rain.npy", Array(header, 6), "TimeOf", Rain);
    }

    [Fact]
    public void Any_other_GIF_is_a_picture_and_no_measurement() =>
        Refused("cat.gif", [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B], "MeteoSwiss");

    private void Refused(string name, byte[] content, string reason, RadarReadOptions? options = null)
    {
        var path = folder.Write(name, content);
        var error = Assert.Throws<MediaException>(() => RadarField.Read(path, options));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }
}
