using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Deep.Media;
using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Radar;

public sealed class DeepMindRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_come_back_as_rain_rates_with_masked_cells_missing(bool gzipped)
    {
        var path = folder.Write("rows.tfrecord.gz", File([Row(0), Row(3)], gzipped));
        var rows = DeepMindRows.Read(path, frames: 2).ToList();
        Assert.Equal(2, rows.Count);
        var sequence = rows[1].ToSequence();
        Assert.Equal((2, 4, 4), (sequence.Count, sequence.Grid.Height, sequence.Grid.Width));
        Assert.Equal(TimeSpan.FromMinutes(5), sequence.Cadence);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_546_300_800), sequence.End);
        Assert.True(float.IsNaN(sequence.Fields[0].Values[0]));
        Assert.Equal((3 + 5) / 32f, sequence.Fields[0].Values[5]);
        Assert.Equal(128, sequence.Fields[1].Values[15]);
        Assert.Equal(0.25, rows[1].SampleProbability);
        Assert.Equal((400_000, 404_000, 1000), (rows[1].Grid.Left, rows[1].Grid.Right, rows[1].Grid.PixelHeight));
        Assert.Contains("+proj=tmerc", rows[1].Grid.Projection, StringComparison.Ordinal);
    }

    [Fact]
    public void The_checksum_is_that_of_TensorFlow()
    {
        // RFC 3720, B.4: 32 zeros have the CRC-32C 8A9136AA.
        const uint crc = 0x8A9136AA;
        Assert.Equal(unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8), TfRecords.Masked(new byte[32]));
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found()
    {
        var whole = File([Row(0)], gzipped: false);
        foreach (var place in new[] { 0, 7, 9, 13, 40, whole.Length / 2, whole.Length - 2 })
        {
            var turned = (byte[])whole.Clone();
            turned[place] ^= 4;
            var path = folder.Write("turned.tfrecord", turned);
            Assert.Throws<MediaException>(() => DeepMindRows.Read(path, 2).Count());
        }
    }

    [Fact]
    public void A_cut_file_a_false_length_and_another_format_are_refused()
    {
        var whole = File([Row(0)], gzipped: false);
        foreach (var length in new[] { 3, 12, 50, whole.Length - 1 })
        {
            var path = folder.Write("cut.tfrecord", whole[..length]);
            Assert.Throws<MediaException>(() => DeepMindRows.Read(path, 2).Count());
        }

        var packed = File([Row(0)], gzipped: true);
        Assert.Throws<MediaException>(() =>
            DeepMindRows.Read(folder.Write("cut.tfrecord.gz", packed[..(packed.Length / 2)]), 2).Count());
        var lying = new byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(lying, ulong.MaxValue / 2);
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(8), TfRecords.Masked(lying.AsSpan(0, 8)));
        var error = Assert.Throws<MediaException>(() => DeepMindRows.Read(folder.Write("lying", lying), 2).Count());
        Assert.Contains("is more than", error.Message, StringComparison.Ordinal);
        Assert.Throws<MediaException>(() => DeepMindRows.Read(folder.Write("text", "not a record at all"u8.ToArray())).Count());
        Assert.Throws<MediaException>(() => DeepMindRows.Read(folder.At("none")).Count());
        Assert.Empty(DeepMindRows.Read(folder.Write("nothing", []), 2));
    }

    [Fact]
    public void A_row_of_other_size_or_without_radar_is_refused()
    {
        var path = folder.Write("rows.tfrecord", File([Row(0)], gzipped: false));
        Assert.Throws<MediaException>(() => DeepMindRows.Read(path, frames: 3).Count());
        Assert.Throws<MediaException>(() => DeepMindRows.Read(path, frames: 2, size: (4, 5)).Count());
        Assert.Single(DeepMindRows.Read(path, frames: 2, size: (2, 8)));
        var bare = folder.Write("bare", File([Example(("sample_prob", Floats(0.5f)))], gzipped: false));
        Assert.Contains("radar", Assert.Throws<MediaException>(() => DeepMindRows.Read(bare).Count()).Message, StringComparison.Ordinal);
        var damaged = folder.Write("damaged", File([[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]], gzipped: false));
        Assert.Contains("well-formed", Assert.Throws<MediaException>(() => DeepMindRows.Read(damaged).Count()).Message, StringComparison.Ordinal);
    }

    /// <summary>Two frames of 4 x 4 cells: a masked one, numbers from <paramref name="first"/>, one above the cap.</summary>
    private static byte[] Row(short first)
    {
        var radar = new byte[2 * 16 * 2];
        for (var i = 0; i < 32; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(radar.AsSpan(2 * i), i == 0 ? (short)-1 : i == 31 ? (short)32000 : (short)(first + i));
        }

        return Example(
            ("radar", Field(1, Field(1, radar))), ("sample_prob", Floats(0.25f)), ("osgb_extent_left", Integer(400_000)),
            ("osgb_extent_right", Integer(404_000)), ("osgb_extent_top", Integer(304_000)),
            ("osgb_extent_bottom", Integer(300_000)), ("end_time_timestamp", Integer(1_546_300_800)));
    }

    private static byte[] Example(params (string Name, byte[] Feature)[] features) => Field(1,
        [.. features.SelectMany(f => Field(1, [.. Field(1, Encoding.UTF8.GetBytes(f.Name)), .. Field(2, f.Feature)]))]);

    private static byte[] Floats(float value) => Field(2, Field(1, BitConverter.GetBytes(value)));

    private static byte[] Integer(long value) => Field(3, Field(1, Varint((ulong)value)));

    private static byte[] Field(int number, byte[] content) =>
        [(byte)((number << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] File(byte[][] records, bool gzipped)
    {
        using var all = new MemoryStream();
        using (Stream stream = gzipped ? new GZipStream(all, CompressionLevel.Fastest, leaveOpen: true) : new BufferedStream(new Kept(all)))
        {
            foreach (var record in records)
            {
                var length = BitConverter.GetBytes((ulong)record.Length);
                stream.Write([.. length, .. BitConverter.GetBytes(TfRecords.Masked(length)), .. record, .. BitConverter.GetBytes(TfRecords.Masked(record))]);
            }
        }

        return all.ToArray();
    }

    /// <summary>A stream that stays open when what writes to it closes.</summary>
    private sealed class Kept(MemoryStream inner) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);
    }
}
