using Deep.ImageSharp;
using Deep.Media;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Deep.Tests.Media;

public class ImageSharpTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 29)]
    [InlineData(1_500, 1_100)]
    public void Picture_survives_the_way_there_and_back(int width, int height)
    {
        // The large one takes several of ImageSharp's memory blocks.
        var picture = SyntheticPicture.Create(width, height);
        using var image = picture.ToImageSharp();
        Assert.Equal((width, height), (image.Width, image.Height));
        SyntheticPicture.AssertSame(picture, image.ToPicture());
    }

    [Fact]
    public void Pixels_stand_where_they_stood()
    {
        var picture = SyntheticPicture.Create(5, 3);
        using var image = picture.ToImageSharp();
        var pixel = image[4, 2];
        Assert.Equal(picture.Pixels.Slice(((2 * 5) + 4) * 3, 3).ToArray(), new[] { pixel.R, pixel.G, pixel.B });
    }

    [Fact]
    public void Other_pixel_types_are_converted_and_lose_their_alpha()
    {
        using Image image = new Image<Rgba32>(2, 1, new Rgba32(10, 20, 30, 40));
        Assert.Equal([10, 20, 30, 10, 20, 30], image.ToPicture().Pixels.ToArray());

        using Image grey = new Image<L8>(1, 1, new L8(77));
        Assert.Equal([77, 77, 77], grey.ToPicture().Pixels.ToArray());

        using Image rgb = SyntheticPicture.Create(5, 3).ToImageSharp();
        SyntheticPicture.AssertSame(SyntheticPicture.Create(5, 3), rgb.ToPicture());
    }

    [Fact]
    public void Edits_of_the_image_leave_the_picture_alone()
    {
        using var image = SyntheticPicture.Create(5, 3).ToImageSharp();
        var picture = image.ToPicture();
        image[0, 0] = new Rgb24(1, 2, 3);
        SyntheticPicture.AssertSame(SyntheticPicture.Create(5, 3), picture);
    }

    [Fact]
    public void PNG_reads_the_same_in_both()
    {
        var encoded = SyntheticPicture.Create(40, 30).EncodePng();
        using var image = Image.Load<Rgb24>(encoded);
        SyntheticPicture.AssertSame(Picture.Open(encoded), image.ToPicture());
    }

    [Fact]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => ((Picture)null!).ToImageSharp());
        Assert.Throws<ArgumentNullException>(() => ((Image<Rgb24>)null!).ToPicture());
        Assert.Throws<ArgumentNullException>(() => ((Image)null!).ToPicture());
    }
}
