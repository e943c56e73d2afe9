using Deep.Tensors;
using Deep.Tests;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class AugmentationTests
{
    [SharedFact]
    public void Mixup_and_cutmix_match_the_reference()
    {
        using var scope = NewDisposeScope();
        var test = new ParityCase("nfnet", "dm_mixup_cutmix");
        var images = test.Input("images").permute(0, 3, 1, 2).contiguous();
        var (labels, ratio) = (test.Input("labels"), test.Input("mixup_ratio"));
        var draws = test.Config.GetProperty("draws_rx_ry_prop").EnumerateArray()
            .Select(d => new CutmixDraw(d[0].GetInt32(), d[1].GetInt32(), d[2].GetDouble())).ToArray();
        var masks = Cutmix.Masks(draws, 12, 16);
        test.Check("masks", masks.permute(0, 2, 3, 1));
        test.Check("cutmix_ratio", masks.mean([1, 2, 3]));
        test.Check("my_cutmix.images", Cutmix.Apply(images[..4], images[4..], masks[..4]).permute(0, 2, 3, 1));
        test.Check("my_mixup.images", Mixup.Apply(images[..4], images[4..], ratio[..4]).permute(0, 2, 3, 1));

        using var both = Mixing.Quarters(images, labels, ratio[..2].data<float>().ToArray(), draws.AsSpan(4, 2));
        test.Check("my_mixup_cutmix.images", both.Pictures.permute(0, 2, 3, 1));
        test.Check("my_mixup_cutmix.labels", both.Labels);
        test.Check("my_mixup_cutmix.mix_labels", both.MixLabels);
        test.Check("my_mixup_cutmix.ratio", both.Ratio);
    }

    [Fact]
    public void Each_mixed_picture_holds_its_label_and_its_partners_in_the_told_shares()
    {
        using var scope = NewDisposeScope();

        // A picture that is its label everywhere has, mixed, the mean ratio · label + (1 − ratio) · partner's label.
        var labels = arange(8, ScalarType.Int64);
        var pictures = labels.to(ScalarType.Float32).view(8, 1, 1, 1).expand(8, 3, 6, 8).contiguous();
        foreach (var mixing in new[] { Mixing.NFNet, new Mixing { Mixup = new Mixup() }, new Mixing { Cutmix = new Cutmix() }, new Mixing() })
        {
            using var mixed = mixing.Apply(pictures, labels, new RandomState(9));
            var expected = (mixed.Ratio * mixed.Labels) + ((1 - mixed.Ratio) * mixed.MixLabels);
            Assert.True(mixed.Pictures.mean([1, 2, 3]).allclose(expected, atol: 1e-5));
            Assert.Equal(8, mixed.Pictures.shape[0]);
        }

        using var again = Mixing.NFNet.Apply(pictures, labels, new RandomState(9));
        using var once = Mixing.NFNet.Apply(pictures, labels, new RandomState(9));
        using var other = Mixing.NFNet.Apply(pictures, labels, new RandomState(10));
        Assert.True(Bits.Same(again.Pictures, once.Pictures));
        Assert.False(Bits.Same(again.Pictures, other.Pictures));
    }

    [Theory]
    [InlineData(CropPadding.Zero)]
    [InlineData(CropPadding.Mirror)]
    public void A_shift_equals_padding_and_cropping(CropPadding mode)
    {
        using var scope = NewDisposeScope();
        const int Height = 5, Width = 7, Padding = 4;
        var picture = arange(1, (2 * Height * Width) + 1).to(ScalarType.Float32).view(1, 2, Height, Width);
        var padded = nn.functional.pad(
            picture, [Padding, Padding, Padding, Padding], mode == CropPadding.Zero ? TorchSharp.PaddingModes.Constant : TorchSharp.PaddingModes.Reflect);
        for (var top = 0; top <= 2 * Padding; top++)
        {
            for (var left = 0; left <= 2 * Padding; left++)
            {
                var bytes = picture.to(ScalarType.Byte).bytes.ToArray();
                RandomCrop.Shift(bytes, Height, Width, top - Padding, left - Padding, mode);
                var expected = padded.narrow(2, top, Height).narrow(3, left, Width).to(ScalarType.Byte).contiguous().bytes.ToArray();
                Assert.Equal(expected, bytes);
            }
        }
    }

    [Fact]
    public void A_random_crop_reaches_every_window()
    {
        var seen = new HashSet<string>();
        for (ulong i = 0; i < 1000; i++)
        {
            var picture = Enumerable.Range(1, 25).Select(x => (byte)x).ToArray();
            new RandomCrop { Padding = 2 }.Apply(picture, 5, 5, new RandomState(i));
            seen.Add(Convert.ToHexString(picture));
        }

        Assert.Equal(25, seen.Count);
    }

    [Fact]
    public void A_flip_mirrors_each_row_and_twice_is_none()
    {
        byte[] picture = [1, 2, 3, 4, 5, 6];
        HorizontalFlip.Flip(picture, 3);
        Assert.Equal([3, 2, 1, 6, 5, 4], picture);
        new HorizontalFlip { Probability = 1 }.Apply(picture, 2, 3, new RandomState(0));
        Assert.Equal([1, 2, 3, 4, 5, 6], picture);
        new HorizontalFlip { Probability = 0 }.Apply(picture, 2, 3, new RandomState(0));
        Assert.Equal([1, 2, 3, 4, 5, 6], picture);
    }

    [Fact]
    public void Wrong_options_and_shapes_are_refused()
    {
        var picture = new byte[12];
        Assert.Throws<ConfigurationException>(() => new RandomCrop { Padding = 2 }.Apply(picture, 2, 2, new RandomState(0)));
        Assert.Throws<ShapeException>(() => RandomCrop.Shift(picture, 5, 2, 0, 0, CropPadding.Zero));
        Assert.Throws<ShapeException>(() => HorizontalFlip.Flip(picture, 5));
        Assert.Throws<ConfigurationException>(() => new HorizontalFlip { Probability = 1.1 }.Apply(picture, 2, 2, new RandomState(0)));
        Assert.Throws<ConfigurationException>(() => new Mixup { Alpha = 0 }.Draw(1, new RandomState(0)));
        Assert.Throws<ConfigurationException>(() => new Cutmix { Alpha = double.NaN }.Draw(1, 2, 2, new RandomState(0)));
        using var pictures = zeros(4, 3, 2, 2);
        using var labels = zeros(3, ScalarType.Int64);
        Assert.Throws<ShapeException>(() => Mixing.NFNet.Apply(pictures, labels, new RandomState(0)));
        Assert.Throws<ShapeException>(() => Mixing.Quarters(pictures, labels, [0.5f], new CutmixDraw[1]));
        Assert.Throws<ShapeException>(() => Mixup.Apply(pictures, labels, labels));
        using var gray = zeros(4, 1, 2, 2);
        Assert.Throws<ShapeException>(() => PictureNormalization.ImageNet.Apply(gray));
    }

    [Fact]
    public void Mixing_leaves_no_tensor_behind()
    {
        using var pictures = zeros(4, 3, 6, 6);
        using var labels = zeros(4, ScalarType.Int64);
        var live = new LiveTensors();
        Mixing.NFNet.Apply(pictures, labels, new RandomState(1)).Dispose();
        new Mixing().Apply(pictures, labels, new RandomState(1)).Dispose();
        Mixing.Quarters(pictures, labels, [0.5f], new CutmixDraw[1]).Dispose();
        Assert.Equal(0, live.Created);
    }
}
