using CsCheck;
using Deep.Media;

namespace Deep.Tests.Media;

public class ResamplerTests
{
    [Fact]
    public void Synthetic_picture_is_the_one_the_digests_were_made_from() =>
        Assert.Equal("b544a07a781b7ba9", SyntheticPicture.Create(97, 71).Digest());

    // SHA-256 of what Pillow 9.4's Image.resize makes of the 97 x 71 synthetic picture.
    [Theory]
    [InlineData(ResizeFilter.Nearest, 40, 30, "81cd8c43dc3064e7")]
    [InlineData(ResizeFilter.Nearest, 97, 30, "d32ba782ac526fe1")]
    [InlineData(ResizeFilter.Nearest, 31, 71, "1a78ca623f51f46e")]
    [InlineData(ResizeFilter.Nearest, 200, 150, "c4d52fa3813333d2")]
    [InlineData(ResizeFilter.Nearest, 1, 1, "136b400a40f1e7a8")]
    [InlineData(ResizeFilter.Nearest, 13, 211, "f43c1bf6d1fea188")]
    [InlineData(ResizeFilter.Nearest, 96, 70, "372b435e244cbbc1")]
    [InlineData(ResizeFilter.Box, 40, 30, "f99db112f25259cf")]
    [InlineData(ResizeFilter.Box, 97, 30, "53bf49f5abf95374")]
    [InlineData(ResizeFilter.Box, 31, 71, "92571eb9c9300eed")]
    [InlineData(ResizeFilter.Box, 200, 150, "c4d52fa3813333d2")]
    [InlineData(ResizeFilter.Box, 1, 1, "decc3b82f915577a")]
    [InlineData(ResizeFilter.Box, 13, 211, "a916119a6c616e86")]
    [InlineData(ResizeFilter.Box, 96, 70, "7315d97d98b64c77")]
    [InlineData(ResizeFilter.Bilinear, 40, 30, "ee3fa7be65b0c87d")]
    [InlineData(ResizeFilter.Bilinear, 97, 30, "65026ba475cc6fa6")]
    [InlineData(ResizeFilter.Bilinear, 31, 71, "1c0fb112ec28fa7b")]
    [InlineData(ResizeFilter.Bilinear, 200, 150, "4bc3a2edaedaf033")]
    [InlineData(ResizeFilter.Bilinear, 1, 1, "decc3b82f915577a")]
    [InlineData(ResizeFilter.Bilinear, 13, 211, "9cd1f759ae0714b0")]
    [InlineData(ResizeFilter.Bilinear, 96, 70, "46f3eece874ee819")]
    [InlineData(ResizeFilter.Hamming, 40, 30, "9eaa9345136df6d7")]
    [InlineData(ResizeFilter.Hamming, 97, 30, "ab9d6a3e962444e0")]
    [InlineData(ResizeFilter.Hamming, 31, 71, "8c2f947e82b4b3f2")]
    [InlineData(ResizeFilter.Hamming, 200, 150, "acf7a401a7643ce6")]
    [InlineData(ResizeFilter.Hamming, 1, 1, "decc3b82f915577a")]
    [InlineData(ResizeFilter.Hamming, 13, 211, "edbdc4790a160c62")]
    [InlineData(ResizeFilter.Hamming, 96, 70, "1de304efd6a6d1c3")]
    [InlineData(ResizeFilter.Bicubic, 40, 30, "c752d5249301804b")]
    [InlineData(ResizeFilter.Bicubic, 97, 30, "8c09386912123d69")]
    [InlineData(ResizeFilter.Bicubic, 31, 71, "c48a72ab975ad5a4")]
    [InlineData(ResizeFilter.Bicubic, 200, 150, "232119e250449423")]
    [InlineData(ResizeFilter.Bicubic, 1, 1, "decc3b82f915577a")]
    [InlineData(ResizeFilter.Bicubic, 13, 211, "fc8639190a314b9c")]
    [InlineData(ResizeFilter.Bicubic, 96, 70, "08491cbcef3b6d9b")]
    [InlineData(ResizeFilter.Lanczos, 40, 30, "af9ed044dc8db06b")]
    [InlineData(ResizeFilter.Lanczos, 97, 30, "3c54b11fcef1b949")]
    [InlineData(ResizeFilter.Lanczos, 31, 71, "6019252371b75c7c")]
    [InlineData(ResizeFilter.Lanczos, 200, 150, "bc5412e73a0a144c")]
    [InlineData(ResizeFilter.Lanczos, 1, 1, "decc3b82f915577a")]
    [InlineData(ResizeFilter.Lanczos, 13, 211, "02c364189d8a697a")]
    [InlineData(ResizeFilter.Lanczos, 96, 70, "a1c1dec5143a8b1a")]
    public void Resize_equals_Pillow(ResizeFilter filter, int width, int height, string digest) =>
        Assert.Equal(digest, SyntheticPicture.Create(97, 71).Resize(width, height, filter).Digest());

    [Fact]
    public void Vector_form_equals_the_plain_form() =>
        (from width in Gen.Int[1, 90]
         from height in Gen.Int[1, 40]
         from newWidth in Gen.Int[1, 90]
         from newHeight in Gen.Int[1, 60]
         from filter in Gen.Enum<ResizeFilter>()
         from pixels in Gen.Byte.Array[width * height * 3]
         select (new Picture(width, height, pixels), newWidth, newHeight, filter))
        .Sample(
            (picture, width, height, filter) =>
            {
                var whole = new ResizeWindow(0, 0, width, height);
                var plain = PictureResampler.Resize(picture, width, height, filter, whole, plain: true);
                SyntheticPicture.AssertSame(plain, PictureResampler.Resize(picture, width, height, filter, whole));
            },
            iter: 2_000,
            seed: "0000000000Yz");

    [Fact]
    public void Window_equals_the_same_crop_of_the_whole_result() =>
        (from newWidth in Gen.Int[1, 120]
         from newHeight in Gen.Int[1, 120]
         from x in Gen.Int[0, newWidth - 1]
         from y in Gen.Int[0, newHeight - 1]
         from width in Gen.Int[1, newWidth - x]
         from height in Gen.Int[1, newHeight - y]
         from filter in Gen.Enum<ResizeFilter>()
         select (newWidth, newHeight, new ResizeWindow(x, y, width, height), filter))
        .Sample(
            (newWidth, newHeight, window, filter) =>
            {
                var picture = SyntheticPicture.Create(53, 37);
                var whole = picture.Resize(newWidth, newHeight, filter);
                SyntheticPicture.AssertSame(
                    whole.Crop(window.X, window.Y, window.Width, window.Height),
                    picture.Resize(newWidth, newHeight, filter, window));
            },
            iter: 1_000,
            seed: "0000000000Yz");

    [Theory]
    [InlineData(ResizeFilter.Nearest)]
    [InlineData(ResizeFilter.Box)]
    [InlineData(ResizeFilter.Bilinear)]
    [InlineData(ResizeFilter.Hamming)]
    [InlineData(ResizeFilter.Bicubic)]
    [InlineData(ResizeFilter.Lanczos)]
    public void Flat_picture_stays_flat_and_equal_size_changes_nothing(ResizeFilter filter)
    {
        var flat = new Picture(50, 31, [.. Enumerable.Range(0, 50 * 31).SelectMany(_ => new byte[] { 255, 128, 1 })]);
        var resized = flat.Resize(17, 90, filter);
        for (var i = 0; i < resized.Pixels.Length; i += 3)
        {
            Assert.Equal([255, 128, 1], resized.Pixels.Slice(i, 3).ToArray());
        }

        var picture = SyntheticPicture.Create(50, 31);
        SyntheticPicture.AssertSame(picture, picture.Resize(50, 31, filter));
    }

    [Fact]
    public void Box_filter_averages_whole_blocks()
    {
        var picture = new Picture(4, 2, [
            0, 0, 0, 10, 20, 30, 100, 0, 0, 100, 0, 0,
            20, 40, 60, 30, 60, 90, 100, 0, 8, 100, 0, 0]);
        Assert.Equal([15, 30, 45, 100, 0, 2], picture.Resize(2, 1, ResizeFilter.Box).Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(-1, 5)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Impossible_sizes_are_refused(int width, int height)
    {
        var picture = SyntheticPicture.Create(4, 4);
        var error = Assert.Throws<ShapeException>(() => picture.Resize(width, height, ResizeFilter.Bicubic));
        Assert.Contains($"{width} x {height}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_filter_is_refused() =>
        Assert.Throws<ConfigurationException>(() => SyntheticPicture.Create(4, 4).Resize(3, 3, (ResizeFilter)77));
}
