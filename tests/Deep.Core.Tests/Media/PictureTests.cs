using Deep.Media;
using TorchSharp;

namespace Deep.Tests.Media;

public class PictureTests
{
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(2, 2, 11)]
    [InlineData(2, 2, 13)]
    [InlineData(-2, -2, 12)]
    [InlineData(int.MaxValue, int.MaxValue, 3)]
    public void Size_and_array_must_agree(int width, int height, int length)
    {
        var error = Assert.Throws<ShapeException>(() => new Picture(width, height, new byte[length]));
        Assert.Contains($"{width} x {height}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Crop_takes_the_rectangle()
    {
        var picture = SyntheticPicture.Create(9, 7);
        var crop = picture.Crop(2, 3, 4, 2);
        for (var y = 0; y < 2; y++)
        {
            var expected = picture.Pixels.Slice((((y + 3) * 9) + 2) * 3, 12);
            Assert.Equal(expected.ToArray(), crop.Pixels.Slice(y * 12, 12).ToArray());
        }
    }

    [Theory]
    [InlineData(-1, 0, 2, 2)]
    [InlineData(0, -1, 2, 2)]
    [InlineData(0, 0, 10, 2)]
    [InlineData(8, 0, 2, 2)]
    [InlineData(0, 6, 2, 2)]
    [InlineData(0, 0, 0, 2)]
    [InlineData(5, 5, int.MaxValue, 1)]
    public void Crop_outside_the_picture_is_refused(int x, int y, int width, int height) =>
        Assert.Throws<ShapeException>(() => SyntheticPicture.Create(9, 7).Crop(x, y, width, height));

    [Fact]
    public void Flip_mirrors_every_row_and_twice_changes_nothing()
    {
        var picture = SyntheticPicture.Create(9, 7);
        var flipped = picture.FlipHorizontal();
        Assert.Equal(picture.Pixels.Slice(9 * 3, 3).ToArray(), flipped.Pixels.Slice(17 * 3, 3).ToArray());
        Assert.False(picture.Pixels.SequenceEqual(flipped.Pixels));
        SyntheticPicture.AssertSame(picture, flipped.FlipHorizontal());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(16, 1)]
    [InlineData(37, 29)]
    public void Tensor_holds_the_planes_and_gives_the_picture_back(int width, int height)
    {
        var picture = SyntheticPicture.Create(width, height);
        using var tensor = picture.ToTensor();
        Assert.Equal([3L, height, width], tensor.shape);
        Assert.Equal(torch.uint8, tensor.dtype);
        var planes = tensor.bytes.ToArray();
        for (var i = 0; i < width * height; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                Assert.Equal(picture.Pixels[(i * 3) + c], planes[(c * width * height) + i]);
            }
        }

        SyntheticPicture.AssertSame(picture, Picture.FromTensor(tensor));
        using var view = tensor.transpose(1, 2);
        Assert.Equal(height, Picture.FromTensor(view).Width);
    }

    [Fact]
    public void Only_tensors_of_three_planes_of_bytes_make_a_picture()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Throws<ShapeException>(() => Picture.FromTensor(torch.zeros([3, 4, 4])));
        Assert.Throws<ShapeException>(() => Picture.FromTensor(torch.zeros([1, 4, 4], torch.uint8)));
        Assert.Throws<ShapeException>(() => Picture.FromTensor(torch.zeros([3, 0, 4], torch.uint8)));
        Assert.Throws<ShapeException>(() => Picture.FromTensor(torch.zeros([1, 3, 4, 4], torch.uint8)));
    }

    [Fact]
    public void Stack_puts_each_picture_in_its_place()
    {
        Picture[] pictures = [SyntheticPicture.Create(6, 4), SyntheticPicture.Create(6, 4).FlipHorizontal()];
        using var batch = PictureBatch.Stack(pictures);
        Assert.Equal([2L, 3, 4, 6], batch.shape);
        using var second = batch[1];
        SyntheticPicture.AssertSame(pictures[1], Picture.FromTensor(second));
    }

    [Fact]
    public void Stack_names_the_picture_of_another_size()
    {
        Assert.Throws<ShapeException>(() => PictureBatch.Stack([]));
        Picture[] pictures = [SyntheticPicture.Create(6, 4), SyntheticPicture.Create(4, 6)];
        var error = Assert.Throws<ShapeException>(() => PictureBatch.Stack(pictures));
        Assert.Contains("picture 1 is 4 x 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PNG_keeps_every_pixel_and_has_no_alpha_channel()
    {
        var picture = SyntheticPicture.Create(61, 43);
        var encoded = picture.EncodePng();
        Assert.Equal(2, encoded[25]);
        SyntheticPicture.AssertSame(picture, Picture.Open(encoded));
    }

    [Fact]
    public void JPEG_is_close_and_smaller_at_lower_quality()
    {
        var picture = SyntheticPicture.Create(20, 20).Resize(64, 64, ResizeFilter.Bicubic);
        var best = picture.EncodeJpeg(100);
        var decoded = Picture.Open(best);
        var error = Enumerable.Range(0, picture.Pixels.Length)
            .Average(i => Math.Abs(picture.Pixels[i] - decoded.Pixels[i]));
        Assert.InRange(error, 0, 8);
        Assert.True(picture.EncodeJpeg(20).Length < best.Length);
        Assert.Throws<ConfigurationException>(() => picture.EncodeJpeg(0));
        Assert.Throws<ConfigurationException>(() => picture.EncodeJpeg(101));
    }

    [Fact]
    public void No_tensor_stays_alive_but_the_results()
    {
        var picture = SyntheticPicture.Create(30, 30);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var single = picture.ToTensor())
        using (var batch = PictureBatch.Stack([picture, picture]))
        {
            Picture.FromTensor(single);
            Assert.Equal(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
