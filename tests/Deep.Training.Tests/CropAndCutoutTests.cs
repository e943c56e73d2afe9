using Deep.Media;

namespace Deep.Training.Tests;

public class CropAndCutoutTests
{
    [Fact]
    public void A_drawn_rectangle_lies_in_the_picture_and_has_the_told_area_and_ratio()
    {
        var crop = new RandomResizedCrop { MinimumArea = 0.2, MaximumArea = 0.7 };
        var random = new RandomState(5);
        var shares = new List<double>();
        for (var i = 0; i < 500; i++)
        {
            var box = crop.Box(300, 400, random);
            Assert.True(box.Top >= 0 && box.Left >= 0 && box.Top + box.Height <= 300 && box.Left + box.Width <= 400);
            shares.Add(box.Height * box.Width / 120000.0);
            Assert.InRange((double)box.Width / box.Height, 0.74, 1.35);
        }

        Assert.InRange(shares.Min(), 0.195, 0.25);
        Assert.InRange(shares.Max(), 0.65, 0.705);
        Assert.InRange(shares.Average(), 0.40, 0.50);
    }

    [Theory]
    [InlineData(10, 100, 0, 43, 10, 13)]
    [InlineData(100, 10, 43, 0, 13, 10)]
    [InlineData(60, 60, 0, 0, 60, 60)]
    [InlineData(1, 1, 0, 0, 1, 1)]
    public void After_the_last_attempt_the_centre_is_taken(int height, int width, int top, int left, int rows, int columns)
    {
        var box = new RandomResizedCrop { Attempts = 0 }.Box(height, width, new RandomState(0));
        Assert.Equal(new CropBox(top, left, rows, columns), box);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(3, 1, 9)]
    [InlineData(3, 17, 31)]
    [InlineData(1, 17, 31)]
    [InlineData(4, 8, 6)]
    public void Crops_and_cutouts_stay_within_a_picture_of_any_size_and_repeat_with_their_random_state(int channels, int height, int width)
    {
        foreach (var augmentation in new IPictureAugmentation[]
        {
            new RandomResizedCrop(), new RandomResizedCrop { IsAntialiased = false, Filter = ResizeFilter.Bilinear },
            new Cutout(), new Cutout { Side = 4, Fill = 9 },
        })
        {
            byte[] Draw(ulong seed) => RandAugmentTests.Guarded(
                channels, height, width, p => augmentation.Apply(p, height, width, new RandomState(seed)));
            for (var seed = 0UL; seed < 20; seed++)
            {
                Assert.Equal(Draw(seed), Draw(seed));
            }
        }
    }

    [Fact]
    public void A_crop_of_planes_equals_the_crop_of_the_picture_and_each_channel_is_scaled_alike()
    {
        var planes = RandAugmentTests.Noise(3, 20, 26);
        var rgb = new byte[planes.Length];
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = planes[(i % 3 * 520) + (i / 3)];
        }

        foreach (var crop in new[] { new RandomResizedCrop(), new RandomResizedCrop { IsAntialiased = false } })
        {
            var cut = new byte[planes.Length];
            crop.Cut(new Picture(26, 20, rgb), 20, 26, new RandomState(8)).CopyPlanesTo(cut);
            var inPlace = (byte[])planes.Clone();
            crop.Apply(inPlace, 20, 26, new RandomState(8));
            Assert.Equal(cut, inPlace);
            for (var c = 0; c < 3; c++)
            {
                var plane = planes[(c * 520)..((c + 1) * 520)];
                crop.Apply(plane, 20, 26, new RandomState(8));
                Assert.Equal(cut[(c * 520)..((c + 1) * 520)], plane);
            }
        }
    }

    [Fact]
    public void A_fit_brings_pictures_of_any_size_to_its_own_by_the_draws_of_the_crop()
    {
        var fit = new RandomResizedFit(new RandomResizedCrop(), 24, 20);
        foreach (var (height, width) in new[] { (1, 1), (7, 90), (24, 20), (61, 33) })
        {
            var picture = new Picture(width, height, RandAugmentTests.Noise(3, height, width));
            var fitted = fit.Fit(picture, new RandomState(2));
            Assert.Equal((24, 20), (fitted.Height, fitted.Width));
            Assert.True(fitted.Pixels.SequenceEqual(fit.Crop.Cut(picture, 24, 20, new RandomState(2)).Pixels));
        }

        var small = new Picture(1, 1, new byte[3]);
        Assert.Throws<ShapeException>(() => (fit with { Height = 0 }).Fit(small, new RandomState(0)));
    }

    [Fact]
    public void A_crop_of_the_whole_picture_leaves_it_as_it_is()
    {
        var crop = new RandomResizedCrop { MinimumArea = 1, MinimumRatio = 1, MaximumRatio = 1 };
        Assert.Equal(RandAugmentTests.Noise(3, 9, 9), RandAugmentTests.Guarded(3, 9, 9, p => crop.Apply(p, 9, 9, new RandomState(0))));
    }

    [Fact]
    public void Scaling_without_antialiasing_reads_only_the_pixels_beside_each_sample()
    {
        // One white pixel that lies between the samples of a fourfold reduction.
        var rgb = new byte[16 * 16 * 3];
        rgb.AsSpan(((4 * 16) + 4) * 3, 3).Fill(255);
        var picture = new Picture(16, 16, rgb);
        Assert.Equal(-1, picture.Resize(4, 4, ResizeFilter.Bilinear, antialias: false).Pixels.IndexOfAnyExcept((byte)0));
        Assert.NotEqual(-1, picture.Resize(4, 4, ResizeFilter.Bilinear, antialias: true).Pixels.IndexOfAnyExcept((byte)0));
        Assert.True(picture.Resize(4, 4, ResizeFilter.Bicubic, antialias: true).Pixels.SequenceEqual(picture.Resize(4, 4).Pixels));
        Assert.True(picture.Resize(40, 40, ResizeFilter.Bicubic, antialias: false).Pixels.SequenceEqual(picture.Resize(40, 40).Pixels));
    }

    [Fact]
    public void A_cutout_is_a_square_about_its_centre_cut_at_the_edges()
    {
        var sizes = new HashSet<int>();
        for (var seed = 0UL; seed < 200; seed++)
        {
            byte[] picture = [.. Enumerable.Repeat<byte>(1, 2 * 12 * 10)];
            new Cutout { Side = 4 }.Apply(picture, 12, 10, new RandomState(seed));
            Assert.Equal(picture[..120], picture[120..]);
            sizes.Add(picture[..120].Count(value => value == 0));
        }

        Assert.Equal(16, sizes.Max());
        Assert.Equal(4, sizes.Min());
        var untouched = RandAugmentTests.Guarded(3, 8, 8, p => new Cutout { Probability = 0 }.Apply(p, 8, 8, new RandomState(0)));
        Assert.Equal(RandAugmentTests.Noise(3, 8, 8), untouched);
    }

    [Fact]
    public void Impossible_settings_and_pictures_are_refused()
    {
        var random = new RandomState(0);
        void Refused(string setting, Action act) => Assert.Equal(setting, Assert.Throws<ConfigurationException>(act).Setting);
        Refused("RandomResizedCrop.MinimumArea", () => new RandomResizedCrop { MinimumArea = 0 }.Box(4, 4, random));
        Refused("RandomResizedCrop.MaximumArea", () => new RandomResizedCrop { MaximumArea = 1.5 }.Box(4, 4, random));
        Refused("RandomResizedCrop.MinimumRatio", () => new RandomResizedCrop { MinimumRatio = 2 }.Box(4, 4, random));
        Refused("RandomResizedCrop.MaximumRatio", () => new RandomResizedCrop { MaximumRatio = double.PositiveInfinity }.Box(4, 4, random));
        Refused("RandomResizedCrop.Attempts", () => new RandomResizedCrop { Attempts = -1 }.Box(4, 4, random));
        Refused("RandomResizedCrop.Filter", () => new RandomResizedCrop { Filter = (ResizeFilter)77 }.Box(4, 4, random));
        Refused("Cutout.Side", () => new Cutout { Side = 3 }.Apply(new byte[12], 2, 2, random));
        Refused("Cutout.Probability", () => new Cutout { Probability = double.NaN }.Apply(new byte[12], 2, 2, random));
        Assert.Throws<ShapeException>(() => new RandomResizedCrop().Box(0, 4, random));
        Assert.Throws<ShapeException>(() => new RandomResizedCrop().Apply(new byte[13], 2, 2, random));
        Assert.Throws<ShapeException>(() => new Cutout().Apply(new byte[13], 2, 2, random));
    }
}
