using System.Diagnostics;
using System.IO.Compression;
using Deep.Media;

namespace Deep.Tests.Media;

/// <summary>
/// Files that are no pictures, lie, end early or are damaged: one typed error, soon, and without much memory.
/// </summary>
public class HostilePictureTests
{
    private const long Slack = 64L << 20;

    public static TheoryData<string> Samples() => new(PictureFiles.SampleNames);

    [Theory]
    [InlineData(30_000, 30_000, "MaxSide")]
    [InlineData(30_000, 1, "MaxSide")]
    [InlineData(16_000, 16_000, "MaxPixels")]
    public void Bomb_is_refused_before_it_is_decoded(int width, int height, string limit)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[(width * 3) + 1];
            for (var y = 0; y < Math.Min(height, 2_000); y++)
            {
                zlib.Write(row);
            }
        }

        var bomb = PictureFiles.Png(width, height, 8, 2, packed.ToArray(), chunks: []);
        var memory = PeakMemory.Start();
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<MediaException>(() => Picture.Open(bomb));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1);
        Assert.InRange(memory.Growth(), 0, Slack);
        Assert.Contains(limit, error.Message, StringComparison.Ordinal);
        Assert.Contains($"{width} x {height}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_profiles_and_texts_cannot_grow_without_bound()
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var block = new byte[1 << 20];
            for (var i = 0; i < 300; i++)
            {
                zlib.Write(block);
            }
        }

        byte[] named = [.. "x\0\0"u8, .. packed.ToArray()];
        foreach (var type in new[] { "iCCP"u8.ToArray(), "zTXt"u8.ToArray() })
        {
            using var pixels = new MemoryStream();
            using (var zlib = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
            {
                zlib.Write([0, 1, 2, 3]);
            }

            var file = PictureFiles.Png(1, 1, 8, 2, pixels.ToArray(), PictureFiles.Chunk(type, named));
            var memory = PeakMemory.Start();
            var watch = Stopwatch.StartNew();
            OpensOrThrows(file, MediaLimits.Default);
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1);
            Assert.InRange(memory.Growth(), 0, Slack);
        }
    }

    [Fact]
    public void Limits_are_checked_and_named()
    {
        var encoded = SyntheticPicture.Create(40, 30).EncodePng();
        var exact = new MediaLimits { MaxPixels = 1_200, MaxSide = 40, MaxEncodedBytes = encoded.Length };
        Assert.Equal(40, Picture.Open(encoded, exact).Width);
        AssertRefused("MaxPixels", new MediaLimits { MaxPixels = 1_199 });
        AssertRefused("MaxSide", new MediaLimits { MaxSide = 39 });
        AssertRefused("MaxEncodedBytes", new MediaLimits { MaxEncodedBytes = encoded.Length - 1 });

        void AssertRefused(string name, MediaLimits limits)
        {
            var fromMemory = Assert.Throws<MediaException>(() => Picture.Open(encoded, limits));
            Assert.Contains(name, fromMemory.Message, StringComparison.Ordinal);
            using var stream = new MemoryStream(encoded);
            var fromStream = Assert.Throws<MediaException>(() => Picture.Open(stream, limits));
            Assert.Contains(name, fromStream.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused()
    {
        var encoded = PictureFiles.Sample("rgba.png");
        (MediaLimits Limits, string Setting)[] wrong =
        [
            (new MediaLimits { MaxPixels = 0 }, "MaxPixels"),
            (new MediaLimits { MaxSide = -1 }, "MaxSide"),
            (new MediaLimits { MaxEncodedBytes = 0 }, "MaxEncodedBytes"),
            (new MediaLimits { MaxEncodedBytes = int.MaxValue }, "MaxEncodedBytes"),
            (new MediaLimits { MaxEncodedBytes = long.MaxValue }, "MaxEncodedBytes"),
        ];
        foreach (var (limits, setting) in wrong)
        {
            var error = Assert.Throws<ConfigurationException>(() => Picture.Open(encoded, limits));
            Assert.Equal("MediaLimits." + setting, error.Setting);
        }
    }

    [Fact]
    public void Endless_stream_is_given_up_at_the_limit()
    {
        using var endless = new EndlessStream();
        var limits = new MediaLimits { MaxEncodedBytes = 1 << 20 };
        var error = Assert.Throws<MediaException>(() => Picture.Open(endless, limits));
        Assert.Contains("MaxEncodedBytes", error.Message, StringComparison.Ordinal);
        Assert.InRange(endless.Given, 1 << 20, 3 << 20);
    }

    [Fact]
    public void What_is_no_picture_is_refused_by_name()
    {
        byte[][] contents =
        [
            [], [0], [0xFF], [0xFF, 0xD8], [0xFF, 0xD8, 0xFF],
            "BM"u8.ToArray(), "GIF89a"u8.ToArray(), "RIFF\0\0\0\0WEBP"u8.ToArray(),
            "%PDF-1.7 no picture"u8.ToArray(), "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), new byte[5_000],
        ];
        foreach (var content in contents)
        {
            Assert.Equal("memory", Assert.Throws<MediaException>(() => Picture.Open(content)).File);
        }
    }

    [Fact]
    public void Files_that_cannot_be_read_are_named()
    {
        var missing = Path.Combine(Path.GetTempPath(), $"deep-{Guid.NewGuid():N}.png");
        var error = Assert.Throws<MediaException>(() => Picture.Open(missing));
        Assert.Equal(missing, error.File);
        Assert.IsType<FileNotFoundException>(error.InnerException);
        Assert.Throws<MediaException>(() => Picture.Open(Path.GetTempPath()));
        Assert.Throws<MediaException>(() => Picture.Open("a\0b"));
        Assert.Throws<ArgumentException>(() => Picture.Open(""));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 5)]
    [InlineData(int.MinValue, 1)]
    public void Picture_without_pixels_is_refused(int width, int height)
    {
        Assert.Throws<MediaException>(() => Picture.Open(PictureFiles.Png(width, height, 8, 2, [], chunks: [])));
        var bmp = PictureFiles.Sample("rgb.bmp");
        BitConverter.TryWriteBytes(bmp.AsSpan(18), width);
        BitConverter.TryWriteBytes(bmp.AsSpan(22), height);
        Assert.Throws<MediaException>(() => Picture.Open(bmp));
        var gif = PictureFiles.Sample("palette.gif");
        foreach (var at in new[] { 6, 8 })
        {
            var empty = gif.ToArray();
            empty[at] = empty[at + 1] = 0;
            OpensOrThrows(empty, MediaLimits.Default);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Truncated_file_gives_an_error_or_the_whole_picture(string name)
    {
        var encoded = PictureFiles.Sample(name);
        var whole = Picture.Open(encoded);
        var errors = 0;
        for (var length = 0; length < encoded.Length; length++)
        {
            try
            {
                // Only what stands after the last row may be missing.
                SyntheticPicture.AssertSame(whole, Picture.Open(encoded.AsSpan(0, length)));
            }
            catch (MediaException)
            {
                errors++;
            }
        }

        Assert.InRange(errors, encoded.Length / 8, encoded.Length);
    }

    [SharedTheory]
    [InlineData("gray.png")]
    [InlineData("palette.png")]
    [InlineData("rgba.png")]
    [InlineData("photo.bmp")]
    [InlineData("photo.gif")]
    [InlineData("photo.webp")]
    [InlineData("progressive.jpg")]
    [InlineData("exif_rotated.jpg")]
    [InlineData("cmyk.jpg")]
    public void Truncated_photograph_gives_an_error_or_the_whole_picture(string name)
    {
        var encoded = File.ReadAllBytes(SharedData.At("data", "images", "decode", name));
        var whole = Picture.Open(encoded);
        for (var length = 0; length < encoded.Length; length += 50)
        {
            try
            {
                SyntheticPicture.AssertSame(whole, Picture.Open(encoded.AsSpan(0, length)));
            }
            catch (MediaException error)
            {
                Assert.NotEqual("", error.Message);
            }
        }
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("rgba.png")]
    [InlineData("rgb.bmp")]
    [InlineData("lossy.webp")]
    [InlineData("palette.gif")]
    public void Truncated_file_gives_its_first_rows_when_asked_to(string name)
    {
        var encoded = PictureFiles.Sample(name);
        var whole = Picture.Open(encoded);
        var half = encoded.AsSpan(0, encoded.Length * 4 / 5).ToArray();
        Assert.Throws<MediaException>(() => Picture.Open(half));
        var partial = Picture.Open(half, new PictureDecoding { AllowTruncated = true });
        Assert.Equal((whole.Width, whole.Height), (partial.Width, partial.Height));
    }

    private static void OpensOrThrows(byte[] encoded, MediaLimits limits)
    {
        try
        {
            Picture.Open(encoded, limits);
        }
        catch (MediaException error)
        {
            Assert.NotEqual("", error.Message);
        }
    }

    private sealed class EndlessStream : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
