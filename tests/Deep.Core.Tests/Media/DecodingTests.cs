using System.Buffers.Binary;
using Deep.Media;

namespace Deep.Tests.Media;

public class DecodingTests
{
    // SHA-256 of what Pillow 9.4's convert("RGB") makes of the small files beside this one.
    [Theory]
    [InlineData("animated.gif", 22, 17, "ea23be12c2d10f96")]
    [InlineData("animated.webp", 22, 17, "a8d5807904854f99")]
    [InlineData("baseline.jpg", 22, 17, "3aad8509cecc8b21")]
    [InlineData("bilevel.bmp", 22, 17, "26546617c83709dd")]
    [InlineData("bilevel.png", 22, 17, "26546617c83709dd")]
    [InlineData("cmyk.jpg", 22, 17, "35e7964d0f7a9040")]
    [InlineData("grey.jpg", 22, 17, "7be2eb559705f23b")]
    [InlineData("grey_alpha.png", 22, 17, "746438f18ce23094")]
    [InlineData("interlaced.gif", 22, 17, "f6b8aa3ec651d605")]
    [InlineData("interlaced.png", 22, 17, "39b1ee07e0d069ea")]
    [InlineData("lossless.webp", 22, 17, "103416a0eae19e4c")]
    [InlineData("lossy.webp", 22, 17, "acf0c6d54bb2aa84")]
    [InlineData("lossy_alpha.webp", 22, 17, "33712ac08fee084c")]
    [InlineData("palette.bmp", 22, 17, "f6b8aa3ec651d605")]
    [InlineData("palette.gif", 22, 17, "f6b8aa3ec651d605")]
    [InlineData("palette.png", 22, 17, "f6b8aa3ec651d605")]
    [InlineData("palette_transparent.png", 22, 17, "f6b8aa3ec651d605")]
    [InlineData("progressive.jpg", 22, 17, "01f38d215c794153")]
    [InlineData("rgb.bmp", 22, 17, "103416a0eae19e4c")]
    [InlineData("rgba.png", 22, 17, "103416a0eae19e4c")]
    [InlineData("small_frame.gif", 30, 20, "b36283c9d5f92b70")]
    [InlineData("top_down.bmp", 22, 17, "57f096d6c71e0dc1")]
    [InlineData("transparent.gif", 22, 17, "f6b8aa3ec651d605")]
    public void Every_kind_of_file_decodes_as_in_Pillow(string name, int width, int height, string digest)
    {
        var encoded = PictureFiles.Sample(name);
        var picture = Picture.Open(encoded);
        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal(digest, picture.Digest());
        SyntheticPicture.AssertSame(picture, Picture.Open(PictureFiles.SamplePath(name)));
        SyntheticPicture.AssertSame(picture, Picture.Open(new MemoryStream(encoded)));
    }

    // The same after Pillow's exif_transpose.
    [SharedTheory]
    [InlineData("images/decode/cmyk.jpg", 160, 120, "26254efafe6d81d6")]
    [InlineData("images/decode/exif_rotated.jpg", 120, 160, "8b09ea4cd7d3d45a")]
    [InlineData("images/decode/gray.png", 160, 120, "9ebf6aeb39ea0134")]
    [InlineData("images/decode/palette.png", 160, 120, "ae7f00e10404b0d0")]
    [InlineData("images/decode/photo.bmp", 160, 120, "30da74fb099c9907")]
    [InlineData("images/decode/photo.gif", 160, 120, "aa218e9f9229d589")]
    [InlineData("images/decode/photo.webp", 160, 120, "ce1f0c8cdbdef709")]
    [InlineData("images/decode/progressive.jpg", 160, 120, "38f2186d1cc037a1")]
    [InlineData("images/decode/rgba.png", 160, 120, "30da74fb099c9907")]
    [InlineData("images/china.jpg", 640, 427, "e701459344fd6979")]
    [InlineData("images/china.png", 640, 427, "e701459344fd6979")]
    [InlineData("images/flower.jpg", 640, 427, "3202904ed246795b")]
    [InlineData("images/flower.png", 640, 427, "3202904ed246795b")]
    [InlineData("nfnet/astronaut.png", 512, 512, "a8c429c18afa7b0f")]
    [InlineData("nfnet/chelsea.png", 451, 300, "416b729128bfb2c3")]
    [InlineData("nfnet/coffee.png", 600, 400, "0ce2b51640b9c95f")]
    [InlineData("nfnet/rocket.jpg", 640, 427, "3d4435cc745752b7")]
    [InlineData("nfnet/cifar_cat_0000.jpg", 32, 32, "89132fc3313adb12")]
    public void Photographs_decode_as_in_Pillow(string name, int width, int height, string digest)
    {
        var picture = Picture.Open(SharedData.At(["data", .. name.Split('/')]));
        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal(digest, picture.Digest());
    }

    [SharedTheory]
    [InlineData("china")]
    [InlineData("flower")]
    public void JPEG_and_its_decoded_PNG_are_one_picture(string name) =>
        SyntheticPicture.AssertSame(
            Picture.Open(SharedData.At("data", "images", name + ".png")),
            Picture.Open(SharedData.At("data", "images", name + ".jpg")));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 4)]
    public void Sixteen_bit_PNG_keeps_the_high_byte(int colourType, int channels)
    {
        var random = new Random(colourType);
        var samples = new byte[7 * 5 * channels * 2];
        random.NextBytes(samples);
        var picture = Picture.Open(PictureFiles.Png(7, 5, 16, colourType, samples));
        for (var pixel = 0; pixel < 35; pixel++)
        {
            for (var c = 0; c < 3; c++)
            {
                var channel = channels >= 3 ? c : 0;
                Assert.Equal(samples[((pixel * channels) + channel) * 2], picture.Pixels[(pixel * 3) + c]);
            }
        }
    }

    [Theory]
    [InlineData(1, 255)]
    [InlineData(2, 85)]
    [InlineData(4, 17)]
    public void Grey_of_few_bits_spans_black_to_white(int bits, int step)
    {
        var bytes = new byte[(((16 * bits) + 7) / 8) * 3];
        new Random(bits).NextBytes(bytes);
        var picture = Picture.Open(PictureFiles.Png(16, 3, bits, 0, bytes));
        for (var pixel = 0; pixel < 48; pixel++)
        {
            var bit = pixel * bits;
            var level = (bytes[bit / 8] >> (8 - bits - (bit % 8))) & ((1 << bits) - 1);
            Assert.Equal(level * step, picture.Pixels[pixel * 3]);
        }
    }

    [Fact]
    public void Transparent_pixels_keep_their_colour_or_are_laid_over_a_background()
    {
        byte[] rgba = [200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51, 0, 0, 0, 128];
        var encoded = PictureFiles.Png(4, 1, 8, 6, rgba);
        Assert.Equal([200, 100, 0, 200, 100, 0, 200, 100, 0, 0, 0, 0], Picture.Open(encoded).Pixels.ToArray());
        Assert.Equal(
            [200, 100, 0, 255, 255, 255, 244, 224, 204, 127, 127, 127],
            Picture.Open(encoded, new PictureDecoding { Background = 255 }).Pixels.ToArray());
    }

    [Fact]
    public void Background_shows_through_a_transparent_GIF()
    {
        var encoded = PictureFiles.Sample("transparent.gif");
        var dropped = Picture.Open(encoded);
        var white = Picture.Open(encoded, new PictureDecoding { Background = 255 });
        Assert.InRange(SyntheticPicture.Differences(dropped, white), 1, 100);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(6, false)]
    [InlineData(7, false)]
    [InlineData(8, false)]
    [InlineData(6, true)]
    [InlineData(8, true)]
    public void EXIF_orientation_is_applied(int orientation, bool bigEndian)
    {
        var jpeg = SyntheticPicture.Create(19, 11).EncodeJpeg();
        var encoded = PictureFiles.WithOrientation(jpeg, orientation, bigEndian);
        var stored = Picture.Open(encoded, new PictureDecoding { ApplyOrientation = false });
        Assert.Equal((19, 11), (stored.Width, stored.Height));
        SyntheticPicture.AssertSame(Upright(stored, orientation), Picture.Open(encoded));
    }

    [Fact]
    public void Orientation_of_a_WebP_is_applied_too()
    {
        // VP8X with the EXIF flag, canvas 22 x 17, then the picture itself, then EXIF.
        var lossy = PictureFiles.Sample("lossy.webp");
        byte[] head = [.. "VP8X"u8, 10, 0, 0, 0, 0x08, 0, 0, 0, 21, 0, 0, 16, 0, 0];
        byte[] exif = [.. "EXIF"u8, 26, 0, 0, 0, .. PictureFiles.Orientation(6, bigEndian: false)];
        byte[] body = [.. "WEBP"u8, .. head, .. lossy[12..], .. exif];
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. body];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), body.Length);
        SyntheticPicture.AssertSame(Upright(Picture.Open(lossy), 6), Picture.Open(file));
    }

    [Fact]
    public void Content_and_not_the_extension_decides()
    {
        var path = Path.Combine(Path.GetTempPath(), $"deep-{Guid.NewGuid():N}.jpg");
        try
        {
            File.WriteAllBytes(path, PictureFiles.Sample("rgba.png"));
            Assert.Equal(22, Picture.Open(path).Width);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Streams_may_be_slow_unseekable_and_start_in_the_middle()
    {
        var encoded = PictureFiles.Sample("baseline.jpg");
        var expected = Picture.Open(encoded);
        using var slow = new SlowStream(encoded);
        SyntheticPicture.AssertSame(expected, Picture.Open(slow));

        using var middle = new MemoryStream([1, 2, 3, .. encoded]);
        middle.Position = 3;
        SyntheticPicture.AssertSame(expected, Picture.Open(middle));
        Assert.True(middle.CanRead);
    }

    [Fact]
    public void Many_threads_decode_the_same()
    {
        var expected = PictureFiles.SampleNames.ToDictionary(
            name => name, name => Picture.Open(PictureFiles.Sample(name)).Digest());
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var name = PictureFiles.SampleNames[i % PictureFiles.SampleNames.Count];
            Assert.Equal(expected[name], Picture.Open(PictureFiles.Sample(name)).Digest());
        });
    }

    [Fact]
    public void Memory_stays_flat_over_many_pictures_good_and_bad()
    {
        var good = SyntheticPicture.Create(128, 128).EncodePng();
        var bad = good[..(good.Length / 2)];
        Picture.Open(good);
        var memory = PeakMemory.Start();
        for (var i = 0; i < 1_000; i++)
        {
            Picture.Open(good);
            Assert.Throws<MediaException>(() => Picture.Open(bad));
            PeakMemory.CollectEvery(50, i);
        }

        // One forgotten buffer of pixels a round would be 62 MiB, twice.
        Assert.InRange(memory.Growth(), 0, 40 << 20);
    }

    // The eight meanings of the EXIF tag, pixel by pixel.
    private static Picture Upright(Picture stored, int orientation)
    {
        int w = stored.Width, h = stored.Height;
        var (width, height) = orientation >= 5 ? (h, w) : (w, h);
        var rgb = new byte[w * h * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row) = orientation switch
                {
                    2 => (w - 1 - x, y),
                    3 => (w - 1 - x, h - 1 - y),
                    4 => (x, h - 1 - y),
                    5 => (y, x),
                    6 => (y, h - 1 - x),
                    7 => (w - 1 - y, h - 1 - x),
                    8 => (w - 1 - y, x),
                    _ => (x, y),
                };
                stored.Pixels.Slice(((row * w) + column) * 3, 3).CopyTo(rgb.AsSpan(((y * width) + x) * 3));
            }
        }

        return new Picture(width, height, rgb);
    }

    private sealed class SlowStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
