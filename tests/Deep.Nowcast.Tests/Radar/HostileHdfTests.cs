using System.IO.Compression;
using Deep.Media;
using Deep.Nowcast;
using PureHDF;

namespace Deep.Tests.Nowcast.Radar;

/// <summary>HDF5 files that are well formed and lie, or pack more than they declare.</summary>
public sealed class HostileHdfTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_chunk_that_unpacks_to_a_thousand_times_its_size_takes_no_memory_for_it()
    {
        var random = new Random(3);
        var noise = new RadarField(
            [.. Enumerable.Range(0, 64 * 64).Select(_ => random.NextSingle())], RadarGrid.Plain(64, 64), RadarUnit.RainRate, Fields.Noon);
        RadarWriter.WriteNetCdf(folder.At("a.nc"), RainFrames.Of(noise));
        var file = File.ReadAllBytes(folder.At("a.nc"));
        var (start, length) = PackedChunk(file, 64 * 64 * 4);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 8; i++)
            {
                zlib.Write(zeros);
            }
        }

        Assert.True(packed.Length < length, $"{packed.Length} of {length}");
        packed.ToArray().CopyTo(file, start);
        var path = folder.Write("bomb.nc", file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Record.Exception(() => RadarField.Read(path));
        Assert.True(error is null or MediaException, $"{error}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
    }

    [Theory]
    [InlineData(100_000_000, 1_000_000_000)]
    [InlineData(50_000, 50_000)]
    [InlineData(0, 700)]
    [InlineData(-5, 700)]
    [InlineData(12, 13)]
    public void Sizes_that_are_absurd_or_not_those_of_the_image_are_refused(int rows, int columns) =>
        Refused(Knmi(file => file.Geographic["geo_number_rows"] = new[] { rows }, columns));

    [Fact]
    public void Attributes_of_wrong_types_or_without_sense_are_refused()
    {
        Refused(Knmi(file => file.Geographic["geo_number_rows"] = "many"));
        Refused(Knmi(file => file.Geographic.Remove("geo_pixel_size_x")));
        Refused(Knmi(file => file.Geographic["geo_pixel_size_x"] = new[] { 0f }));
        Refused(Knmi(file => file.Geographic["geo_column_offset"] = new[] { float.NaN }));
        Refused(Knmi(file => file.Calibration["calibration_formulas"] = "GEO=exp(PV)"));
        Refused(Knmi(file => file.Calibration["calibration_formulas"] = new[] { 1.0 }));
        Refused(Knmi(file => file.Overview["product_datetime_end"] = "yesterday"));
        Refused(Knmi(file => file.Image["image_geo_parameter"] = "BEAUTY_[1]"));
    }

    [Fact]
    public void An_image_of_texts_or_of_three_axes_is_refused_and_the_plain_one_is_read()
    {
        Refused(Knmi(_ => { }, data: new[] { "a", "b" }));
        Refused(Knmi(_ => { }, data: new ushort[2, 2, 3]));
        var field = RadarField.Read(folder.Write("plain.h5", Knmi(_ => { })));
        Assert.Equal([0, 0.5f, 1, float.NaN, 2, 2.5f], field.Values);
        Assert.Equal((2, 3), (field.Height, field.Width));
        Assert.Equal(new DateTimeOffset(2010, 8, 26, 0, 5, 0, TimeSpan.Zero), field.Time);
    }

    [Fact]
    public void A_file_of_another_kind_in_HDF5_is_none_of_the_formats() =>
        Refused(Bytes(new H5File { ["x"] = new H5Dataset(new[] { 1, 2 }) }));

    private void Refused(byte[] content)
    {
        var path = folder.Write("hostile.h5", content);
        Assert.Contains("hostile.h5", Assert.Throws<MediaException>(() => RadarField.Read(path)).Message, StringComparison.Ordinal);
    }

    private static (int Start, int Length) PackedChunk(byte[] file, int unpacked)
    {
        for (var start = 0; start < file.Length - 2; start++)
        {
            if (file[start] != 0x78)
            {
                continue;
            }

            try
            {
                using var stream = new MemoryStream(file, start, file.Length - start);
                using var zlib = new ZLibStream(stream, CompressionMode.Decompress);
                var buffer = new byte[unpacked];
                if (zlib.ReadAtLeast(buffer, unpacked, throwOnEndOfStream: false) == unpacked)
                {
                    return (start, unpacked / 2);
                }
            }
            catch (InvalidDataException)
            {
                continue;
            }
        }

        throw new InvalidOperationException("the file has no deflated chunk");
    }

    private static byte[] Knmi(Action<Attributes> change, int columns = 3, object? data = null)
    {
        var attributes = new Attributes();
        attributes.Geographic["geo_number_columns"] = new[] { columns };
        change(attributes);
        var image = new H5Group
        {
            Attributes = attributes.Image,
            ["calibration"] = new H5Group { Attributes = attributes.Calibration },
            ["image_data"] = new H5Dataset(data ?? new ushort[,] { { 0, 50, 100 }, { 65535, 200, 250 } }),
        };
        return Bytes(new H5File
        {
            ["geographic"] = new H5Group { Attributes = attributes.Geographic },
            ["overview"] = new H5Group { Attributes = attributes.Overview },
            ["image1"] = image,
        });
    }

    private static byte[] Bytes(H5File file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    private sealed class Attributes
    {
        public Dictionary<string, object> Geographic { get; } = new()
        {
            ["geo_number_rows"] = new[] { 2 },
            ["geo_pixel_size_x"] = new[] { 1f },
            ["geo_pixel_size_y"] = new[] { -1f },
            ["geo_column_offset"] = new[] { 0f },
            ["geo_row_offset"] = new[] { 3650f },
        };

        public Dictionary<string, object> Calibration { get; } = new()
        {
            ["calibration_formulas"] = "GEO=0.01*PV+0.0",
            ["calibration_missing_data"] = new[] { 65535 },
        };

        public Dictionary<string, object> Overview { get; } = new() { ["product_datetime_end"] = "26-AUG-2010;00:05:00.000" };

        public Dictionary<string, object> Image { get; } = new() { ["image_geo_parameter"] = "ACCUMULATED_PRECIPITATION_[MM]" };
    }
}
