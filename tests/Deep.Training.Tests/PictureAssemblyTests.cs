using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class PictureAssemblyTests
{
    public static TheoryData<string, Precision, int, int> Cases()
    {
        var cases = new TheoryData<string, Precision, int, int>();
        foreach (var mixing in new[] { "none", "nfnet", "mixup", "cutmix", "empty" })
        {
            cases.Add(mixing, Precision.Float32, 3, 1);
            cases.Add(mixing, Precision.BFloat16, 3, 3);
            cases.Add(mixing, Precision.Float16, 1, 2);
        }

        return cases;
    }

    /// <summary>The batch as a chain of tensor operations: slow, and what the one pass must equal.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void One_pass_equals_the_chain_of_tensor_operations_to_the_bit(string name, Precision precision, int channels, int parts)
    {
        const int Height = 7, Width = 13;
        using var scope = NewDisposeScope();
        var set = Pictures(40, channels, Height, Width);
        var normalization = channels == 3 ? PictureNormalization.ImageNet : new PictureNormalization([0.4f], [0.3f]);
        var options = new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(12, 2),
            Seed = 5,
            Mixing = Of(name),
            Precision = precision,
            Augmentations = [new RandomCrop { Padding = 2 }, new HorizontalFlip()],
            Normalization = normalization,
        };
        var batches = new PictureBatches(set, options);
        for (var step = 0; step < 9; step++)
        {
            for (var part = 0; part < parts; part++)
            {
                using var found = batches.Read(step, part, parts);
                var (pictures, labels) = Augmented(set, options, step, part, parts);
                var random = new RandomState(5, (ulong)RandomStream.Mixing, (ulong)step, (ulong)part);
                var mixed = options.Mixing?.Apply(pictures, labels, random);
                var expected = ChannelsLast.Of(normalization.Apply(mixed?.Pictures ?? pictures).to(precision.ToScalarType()));
                Assert.Equal(expected.dtype, found.Pictures.dtype);
                Assert.True(ChannelsLast.Is(found.Pictures));
                Assert.True(Bits.Same(expected, found.Pictures));
                Assert.True(Bits.Same(labels, found.Labels));
                Assert.Equal(mixed is null, found.MixLabels is null && found.Ratio is null);
                Assert.True(mixed is null || (Bits.Same(mixed.MixLabels, found.MixLabels!) && Bits.Same(mixed.Ratio, found.Ratio!)));
            }
        }
    }

    [Fact]
    public void The_ratio_of_a_cutmix_is_the_mean_of_its_mask_to_the_bit()
    {
        using var scope = NewDisposeScope();
        for (ulong i = 0; i < 200; i++)
        {
            var random = new RandomState(i);
            var (height, width) = (1 + random.NextInt32(40), 1 + random.NextInt32(40));
            var plan = new Mixing { Cutmix = new Cutmix() }.Plan(4, height, width, random, copies: 1);
            Assert.True(Bits.Same(Cutmix.Masks(plan.Boxes, height, width).mean([1, 2, 3]), tensor(plan.LabelRatios(height, width))));
        }
    }

    [Fact]
    public void What_comes_after_the_mixing_sees_mixed_bytes_rounded_down()
    {
        using var scope = NewDisposeScope();
        var bytes = new PictureNormalization([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);
        var options = new PictureBatchOptions { Multiplicity = AugmentationMultiplicity.FixedBatch(8, 2), Mixing = Mixing.NFNet, Normalization = bytes };
        var set = Pictures(20, 3, 6, 5);
        using var mixed = new PictureBatches(set, options).Read(1, 0, 1);
        using var after = new PictureBatches(set, options with { AfterMixing = [new Nothing()] }).Read(1, 0, 1);
        using var flipped = new PictureBatches(set, options with { AfterMixing = [new HorizontalFlip { Probability = 1 }] }).Read(1, 0, 1);
        Assert.True(Bits.Same(mixed.Pictures.floor(), after.Pictures));
        Assert.False(Bits.Same(mixed.Pictures, after.Pictures));
        Assert.True(Bits.Same(after.Pictures.flip(3), flipped.Pictures));
        Assert.True(Bits.Same(mixed.Ratio!, after.Ratio!));

        var noise = new Noise();
        using var first = new PictureBatches(set, options with { AfterMixing = [noise] }).Read(1, 0, 1);
        using var again = new PictureBatches(set, options with { AfterMixing = [noise] }).Read(1, 0, 1);
        Assert.True(Bits.Same(first.Pictures, again.Pictures));
        Assert.Equal(8, noise.Seen.Distinct().Count());
        using var without = new PictureBatches(set, options with { Mixing = null, AfterMixing = [new Nothing()] }).Read(1, 0, 1);
        using var plain = new PictureBatches(set, options with { Mixing = null }).Read(1, 0, 1);
        Assert.True(Bits.Same(plain.Pictures, without.Pictures));
    }

    [Fact]
    public void The_fit_comes_first_and_draws_from_the_same_state_as_the_augmentations()
    {
        var set = Pictures(20, 3, 9, 11);
        var fit = new Corner(4, 5);
        var options = new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(6, 3),
            Fit = fit,
            Augmentations = [new HorizontalFlip()],
            Normalization = new PictureNormalization([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]),
        };
        using var batch = new PictureBatches(set, options).Read(0, 0, 1);
        Assert.Equal([6, 3, 4, 5], batch.Pictures.shape);
        var order = DataOrder.Of(20, 0, 0);
        for (var i = 0; i < 6; i++)
        {
            var random = new RandomState(0, (ulong)RandomStream.Augmentation, (ulong)order[i / 3], 0, (ulong)(i % 3));
            var (y, x) = (random.NextInt32(6), random.NextInt32(7));
            var isFlipped = random.NextBoolean();
            using var row = batch.Pictures[i, 1, 2];
            var expected = Enumerable.Range(0, 5).Select(j => (float)set[order[i / 3]][99 + ((y + 2) * 11) + x + j]);
            Assert.Equal(isFlipped ? expected.Reverse() : expected, row.contiguous().data<float>().ToArray());
        }
    }

    [Fact]
    public void Options_that_do_not_fit_the_pictures_are_refused()
    {
        var gray = Pictures(4, 1, 3, 3);
        var options = new PictureBatchOptions { Multiplicity = AugmentationMultiplicity.FixedBatch(2, 1) };
        Assert.Contains("Normalization", Assert.Throws<ConfigurationException>(() => new PictureBatches(gray, options)).Message, StringComparison.Ordinal);
        var fitted = options with { Normalization = new PictureNormalization([0], [1]), Fit = FixedFit.Squash(2) };
        Assert.Throws<ConfigurationException>(() => new PictureBatches(gray, fitted).Read(0, 0, 1));
        Assert.Throws<ConfigurationException>(() => new PictureBatches(Pictures(4, 3, 3, 3), options with { UnreadablePictures = -1 }));
        Assert.Throws<ConfigurationException>(() => new PictureBatches(Pictures(4, 3, 3, 3), options with { Fit = new Corner(0, 2) }));
    }

    internal static PictureSet Pictures(int count, int channels, int height, int width)
    {
        var random = new RandomState(3);
        var pixels = new byte[count * channels * height * width];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.NextInt32(256);
        }

        return new PictureSet(pixels, [.. Enumerable.Range(0, count).Select(i => i % 7)], ["a", "b", "c", "d", "e", "f", "g"], channels, height, width);
    }

    private static Mixing? Of(string name) => name switch
    {
        "nfnet" => Mixing.NFNet,
        "mixup" => new Mixing { Mixup = new Mixup() },
        "cutmix" => new Mixing { Cutmix = new Cutmix() },
        "empty" => new Mixing(),
        _ => null,
    };

    private static (Tensor Pictures, Tensor Labels) Augmented(PictureSet set, PictureBatchOptions options, int step, int part, int parts)
    {
        var perEpoch = options.Multiplicity.StepsPerEpoch(set.Count);
        var epoch = step / perEpoch;
        var batch = options.Multiplicity.Batch(DataOrder.Of(set.Count, options.Seed, epoch), step % perEpoch);
        var count = batch.Length / parts;
        var bytes = new List<byte>();
        for (var i = part * count; i < (part + 1) * count; i++)
        {
            var picture = set[batch[i]].ToArray();
            var random = new RandomState(
                options.Seed, (ulong)RandomStream.Augmentation, (ulong)batch[i], (ulong)epoch, (ulong)(i % options.Multiplicity.Copies));
            foreach (var augmentation in options.Augmentations)
            {
                augmentation.Apply(picture, set.Height, set.Width, random);
            }

            bytes.AddRange(picture);
        }

        var labels = batch.Skip(part * count).Take(count).Select(i => (long)set.Labels[i]).ToArray();
        return (tensor(bytes.ToArray(), [count, set.Channels, set.Height, set.Width], ScalarType.Byte).to(ScalarType.Float32), tensor(labels));
    }

    private sealed class Nothing : IPictureAugmentation
    {
        public void Apply(Span<byte> picture, int height, int width, RandomState random)
        {
        }
    }

    private sealed class Noise : IPictureAugmentation
    {
        public List<ulong> Seen { get; } = [];

        public void Apply(Span<byte> picture, int height, int width, RandomState random)
        {
            Seen.Add(random.NextUInt64());
            picture[0] = (byte)random.NextInt32(256);
        }
    }

    private sealed record Corner(int Height, int Width) : IPictureFit
    {
        public Deep.Media.Picture Fit(Deep.Media.Picture picture, RandomState random)
        {
            var y = random.NextInt32(picture.Height - Height + 1);
            return picture.Crop(random.NextInt32(picture.Width - Width + 1), y, Width, Height);
        }
    }
}
