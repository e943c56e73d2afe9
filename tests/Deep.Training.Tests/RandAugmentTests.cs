using static Deep.Training.RandAugmentOperation;

namespace Deep.Training.Tests;

public class RandAugmentTests
{
    private static readonly (int Channels, int Height, int Width)[] s_sizes =
        [(1, 1, 1), (3, 1, 1), (3, 1, 7), (3, 5, 1), (1, 3, 3), (3, 2, 2), (3, 17, 31), (1, 31, 17), (4, 9, 8), (3, 32, 32)];

    internal delegate void PictureChange(Span<byte> picture);

    private static readonly RandAugmentQuirks[] s_quirks = [RandAugmentQuirks.None, RandAugmentQuirks.DeepMind2021];

    [Fact]
    public void Every_operation_stays_within_the_picture_at_any_size_and_repeats_with_its_random_state()
    {
        foreach (var (channels, height, width) in s_sizes)
        {
            foreach (var operation in Enum.GetValues<RandAugmentOperation>())
            {
                foreach (var quirks in s_quirks)
                {
                    foreach (var magnitude in new[] { 0, 1.5, 5, 9, 15, 30 })
                    {
                        var augment = new RandAugment { Magnitude = magnitude, Quirks = quirks };
                        var once = Guarded(channels, height, width, p => augment.Apply(operation, p, height, width, new RandomState(4, 2)));
                        var again = Guarded(channels, height, width, p => augment.Apply(operation, p, height, width, new RandomState(4, 2)));
                        Assert.Equal(once, again);
                    }
                }
            }
        }
    }

    [Fact]
    public void Draws_come_from_the_random_state_alone()
    {
        var augment = new RandAugment { Operations = 4 };
        byte[] Draw(ulong key) => Guarded(3, 24, 20, p => augment.Apply(p, 24, 20, new RandomState(1, key)));
        Assert.Equal(Draw(0), Draw(0));
        Assert.True(Enumerable.Range(0, 40).Select(key => Convert.ToHexString(Draw((ulong)key))).Distinct().Count() > 30);
    }

    [Fact]
    public void A_picture_that_is_not_changed_at_magnitude_nought_says_so_for_every_operation_with_a_strength()
    {
        RandAugmentOperation[] always = [AutoContrast, Equalize, Invert];
        var augment = new RandAugment { Magnitude = 0 };
        foreach (var operation in Enum.GetValues<RandAugmentOperation>().Except(always))
        {
            Assert.Equal(Noise(3, 12, 10), Guarded(3, 12, 10, p => augment.Apply(operation, p, 12, 10, new RandomState(3))));
        }
    }

    [Theory]
    [InlineData(5, 2, 128, 55, 1.0)]
    [InlineData(10, 4, 256, 110, 1.9)]
    [InlineData(15, 6, 384, 165, 2.8)]
    public void DeepMinds_levels_are_those_of_its_code(double magnitude, int bits, int threshold, int addition, double factor)
    {
        double Argument(RandAugmentOperation operation, int seed = 0) => RandAugmentLevels.Argument(
            operation, magnitude, RandAugmentQuirks.DeepMind2021, 40, 30, new RandomState((ulong)seed));
        Assert.Equal(bits, Argument(Posterize));
        Assert.Equal(threshold, Argument(Solarize));
        Assert.Equal(addition, Argument(SolarizeAdd));
        Assert.All([Color, Contrast, Brightness, Sharpness], operation => Assert.Equal(factor, Argument(operation), 1e-12));
        Assert.Equal(4 * magnitude, Argument(RandAugmentOperation.Cutout));
        foreach (var (operation, size) in new[] { (Rotate, 3.0), (ShearX, 0.03), (ShearY, 0.03), (TranslateX, 10), (TranslateY, 10) })
        {
            var drawn = Enumerable.Range(0, 50).Select(seed => Argument(operation, seed)).ToArray();
            Assert.All(drawn, argument => Assert.Equal(size * magnitude, Math.Abs(argument), 1e-12));
            Assert.InRange(drawn.Count(argument => argument > 0), 10, 40);
        }
    }

    [Fact]
    public void Without_quirks_each_operation_grows_with_the_magnitude_and_moves_follow_the_size_of_the_picture()
    {
        double Argument(RandAugmentOperation operation, double magnitude, int side = 224) =>
            RandAugmentLevels.Argument(operation, magnitude, RandAugmentQuirks.None, side, side, new RandomState(0));
        Assert.True(Argument(Posterize, 10) < Argument(Posterize, 5));
        Assert.True(Argument(Solarize, 10) < Argument(Solarize, 5));
        Assert.True(Math.Abs(Argument(Color, 10) - 1) > Math.Abs(Argument(Color, 5) - 1));
        Assert.Equal(Argument(TranslateX, 10) / 7, Argument(TranslateX, 10, 32), 1e-12);
        Assert.Equal(40, Argument(RandAugmentOperation.Cutout, 10));
        Assert.Equal(5, Argument(RandAugmentOperation.Cutout, 10, 32));
        Assert.Equal(0, Argument(Brightness, 30));
    }

    [Fact]
    public void Colour_and_sharpness_of_long_rows_equal_those_of_single_pixels_computed_one_by_one()
    {
        const int Height = 9, Width = 83;
        var picture = Noise(3, Height, Width);
        foreach (var factor in new[] { 0, 0.3f, 1.7f, 2.8f })
        {
            var coloured = (byte[])picture.Clone();
            var sharpened = (byte[])picture.Clone();
            ToneOperations.Color(coloured, Height, Width, factor);
            ToneOperations.Sharpness(sharpened, Height, Width, factor);
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    int At(int c, int row, int column) => picture[(((c * Height) + row) * Width) + column];
                    var grey = (int)(((At(0, y, x) * 0.2989) + (At(1, y, x) * 0.5870) + (At(2, y, x) * 0.1140)) * 255.5 / 255);
                    for (var c = 0; c < 3; c++)
                    {
                        var place = (((c * Height) + y) * Width) + x;
                        Assert.Equal((int)Math.Clamp(grey + (factor * (picture[place] - grey)), 0f, 255f), coloured[place]);
                        if (y is 0 or Height - 1 || x is 0 or Width - 1)
                        {
                            Assert.Equal(picture[place], sharpened[place]);
                            continue;
                        }

                        var sum = 4 * picture[place];
                        foreach (var (dy, dx) in from dy in Enumerable.Range(-1, 3) from dx in Enumerable.Range(-1, 3) select (dy, dx))
                        {
                            sum += At(c, y + dy, x + dx);
                        }

                        // A whole mean may be cut to one less.
                        int Sharp(int smooth) => (int)Math.Clamp(smooth + (factor * (picture[place] - smooth)), 0f, 255f);
                        Assert.True(sharpened[place] == Sharp(sum / 13) || (sum % 13 == 0 && sharpened[place] == Sharp((sum / 13) - 1)));
                    }
                }
            }
        }
    }

    [Fact]
    public void No_operation_allocates_once_its_buffers_are_there()
    {
        var augment = new RandAugment { Magnitude = 9 };
        var picture = Noise(3, 40, 36);
        var random = new RandomState(6);
        foreach (var operation in Enum.GetValues<RandAugmentOperation>())
        {
            augment.Apply(operation, picture, 40, 36, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++)
            {
                augment.Apply(operation, picture, 40, 36, random);
            }

            // A buffer or two may have to be rented anew; one for each call would be thousands.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
        }
    }

    [Fact]
    public void The_strength_of_each_operation_can_be_read()
    {
        var augment = new RandAugment { Magnitude = 9 };
        string[] words = ["", "", "", "± 27°", "4 bits", "from 26", .. Enumerable.Repeat("× 0.19 or × 1.81", 4),
            "± 0.27", "± 0.27", "± 90 px", "± 45 px", "36 px", "+ 99"];
        Assert.Equal(words, Enum.GetValues<RandAugmentOperation>().Select(operation => augment.Strength(operation, 112, 224)));
        Assert.Equal("× 1.72", (augment with { Quirks = RandAugmentQuirks.DeepMind2021 }).Strength(Color, 112, 224));
    }

    [Fact]
    public void Quarter_turns_whole_moves_and_shears_put_each_pixel_where_it_belongs()
    {
        var picture = Noise(3, 5, 5);
        var turned = Guarded(3, 5, 5, p => GeometricOperations.Rotate(p, 5, 5, 90, 7));
        var moved = Guarded(3, 5, 5, p => GeometricOperations.Translate(p, 5, 5, 2, -1, 7));
        var sheared = Guarded(3, 5, 5, p => GeometricOperations.ShearX(p, 5, 5, 0.5, 7));
        var stood = Guarded(3, 5, 5, p => GeometricOperations.ShearY(p, 5, 5, -1, 7));
        foreach (var (c, y, x) in from c in Enumerable.Range(0, 3) from y in Enumerable.Range(0, 5) from x in Enumerable.Range(0, 5) select (c, y, x))
        {
            byte At(int row, int column) => row is >= 0 and < 5 && column is >= 0 and < 5 ? picture[(c * 25) + (row * 5) + column] : (byte)7;
            var place = (c * 25) + (y * 5) + x;

            // Counter-clockwise: the right column becomes the top row.
            Assert.Equal(At(x, 4 - y), turned[place]);
            Assert.Equal(At(y + 2, x - 1), moved[place]);
            Assert.Equal(At(y, (int)Math.Round(x + (0.5 * y), MidpointRounding.AwayFromZero)), sheared[place]);
            Assert.Equal(At(y - x, x), stood[place]);
        }
    }

    [Fact]
    public void A_turn_and_its_opposite_bring_back_the_middle_of_a_smooth_picture()
    {
        var picture = new byte[64 * 64];
        for (var i = 0; i < picture.Length; i++)
        {
            picture[i] = (byte)((2 * (i % 64)) + (i / 64));
        }

        var turned = (byte[])picture.Clone();
        GeometricOperations.Rotate(turned, 64, 64, 17, 0);
        GeometricOperations.Rotate(turned, 64, 64, -17, 0);
        for (var y = 16; y < 48; y++)
        {
            for (var x = 16; x < 48; x++)
            {
                Assert.InRange(turned[(y * 64) + x] - picture[(y * 64) + x], -5, 5);
            }
        }
    }

    [Fact]
    public void A_picture_of_one_channel_has_no_colour_to_change_and_small_ones_no_inside_to_sharpen()
    {
        Assert.Equal(Noise(1, 6, 5), Guarded(1, 6, 5, p => ToneOperations.Color(p, 6, 5, 2)));
        Assert.Equal(Noise(3, 2, 9), Guarded(3, 2, 9, p => ToneOperations.Sharpness(p, 2, 9, 2)));
        Assert.NotEqual(Noise(3, 6, 5), Guarded(3, 6, 5, p => ToneOperations.Color(p, 6, 5, 2)));
        var grey = Guarded(3, 6, 5, p => ToneOperations.Color(p, 6, 5, 0));
        Assert.Equal(grey[..30], grey[30..60]);
        Assert.Equal(grey[..30], grey[60..]);
    }

    [Fact]
    public void Contrast_pulls_towards_the_mean_unless_the_quirk_says_otherwise()
    {
        byte[] dark = [.. Enumerable.Repeat<byte>(40, 64 * 64)];
        var mean = (byte[])dark.Clone();
        new RandAugment { Magnitude = 10 }.Apply(Contrast, mean, 64, 64, new RandomState(0));
        Assert.Equal(dark, mean);

        // 64 * 64 / 256 = 16, and a factor of 1.9: 16 + 1.9 * 24 = 61.6.
        var quirk = (byte[])dark.Clone();
        new RandAugment { Magnitude = 10, Quirks = RandAugmentQuirks.DeepMind2021 }.Apply(Contrast, quirk, 64, 64, new RandomState(0));
        Assert.All(quirk, value => Assert.Equal(61, value));
    }

    [Fact]
    public void Impossible_settings_and_pictures_are_refused()
    {
        var random = new RandomState(0);
        var picture = new byte[12];
        void Refused(string setting, Action act) => Assert.Equal(setting, Assert.Throws<ConfigurationException>(act).Setting);
        Refused("RandAugment.Operations", () => new RandAugment { Operations = -1 }.Apply(picture, 2, 2, random));
        Refused("RandAugment.Magnitude", () => new RandAugment { Magnitude = double.NaN }.Apply(picture, 2, 2, random));
        Refused("RandAugment.Choices", () => new RandAugment { Choices = [] }.Apply(picture, 2, 2, random));
        Refused("RandAugment.Choices", () => new RandAugment { Choices = [(RandAugmentOperation)99] }.Apply(picture, 2, 2, random));
        Refused("ToneOperations.Posterize bits", () => ToneOperations.Posterize(picture, 9));
        Refused("ToneOperations.Brightness factor", () => ToneOperations.Brightness(picture, -1));
        Refused("GeometricOperations.Rotate degrees", () => GeometricOperations.Rotate(picture, 2, 2, double.NaN, 0));
        Refused("GeometricOperations.Cut halfSide", () => GeometricOperations.Cut(picture, 2, 2, 0, 0, -1, 0));
        foreach (var operation in Enum.GetValues<RandAugmentOperation>().Except([Invert, Posterize, Solarize, SolarizeAdd, Brightness]))
        {
            Assert.Throws<ShapeException>(() => new RandAugment().Apply(operation, picture, 5, 1, random));
            Assert.Throws<ShapeException>(() => new RandAugment().Apply(operation, [], 2, 2, random));
        }
    }

    // The picture after a change; the bytes before and behind it must not have been touched.
    internal static byte[] Guarded(int channels, int height, int width, PictureChange change)
    {
        const int Margin = 64;
        var picture = Noise(channels, height, width);
        var guarded = new byte[picture.Length + (2 * Margin)];
        guarded.AsSpan().Fill(0xA5);
        picture.CopyTo(guarded, Margin);
        change(guarded.AsSpan(Margin, picture.Length));
        Assert.Equal(-1, guarded.AsSpan(0, Margin).IndexOfAnyExcept((byte)0xA5));
        Assert.Equal(-1, guarded.AsSpan(Margin + picture.Length).IndexOfAnyExcept((byte)0xA5));
        return guarded[Margin..(Margin + picture.Length)];
    }

    internal static byte[] Noise(int channels, int height, int width)
    {
        var random = new RandomState(11, (ulong)channels, (ulong)height, (ulong)width);
        var picture = new byte[channels * height * width];
        foreach (ref var value in picture.AsSpan())
        {
            value = (byte)random.NextInt32(256);
        }

        return picture;
    }
}
