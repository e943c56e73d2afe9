using System.Diagnostics;
using Deep.Media;
using TorchSharp;

namespace Deep.Tests.Media;

public class EvaluationTransformTests
{
    // SHA-256 of what timm's arithmetic over Pillow 9.4 makes of a synthetic picture: width, height, input height,
    // input width, fraction.
    [Theory]
    [InlineData(97, 71, 48, 48, 0.875, CropMode.Center, "f350a466e0d9c794")]
    [InlineData(97, 71, 48, 48, 0.875, CropMode.Border, "327c9327792db7a3")]
    [InlineData(97, 71, 48, 48, 1.0, CropMode.Squash, "a374d8d5768c82e0")]
    [InlineData(97, 71, 48, 48, 0.9, CropMode.Center, "5c272e4ac8c375fb")]
    [InlineData(97, 71, 48, 48, 0.9, CropMode.Border, "8b1518f81de80019")]
    [InlineData(97, 71, 48, 48, 1.25, CropMode.Center, "85b93bc05ac46200")]
    [InlineData(97, 71, 48, 48, 1.25, CropMode.Squash, "83ce70c6186adc4b")]
    [InlineData(97, 71, 48, 48, 1.25, CropMode.Border, "8bc86aedce26ffe7")]
    [InlineData(97, 71, 33, 64, 0.875, CropMode.Center, "ac7700612bddf062")]
    [InlineData(97, 71, 33, 64, 0.875, CropMode.Border, "c62377d90669fcf5")]
    [InlineData(97, 71, 33, 64, 1.0, CropMode.Squash, "b265a0c0f2f8ff02")]
    [InlineData(97, 71, 33, 64, 0.9, CropMode.Center, "a7b1d97d685d53d5")]
    [InlineData(97, 71, 33, 64, 0.9, CropMode.Border, "ab44cb0e63c38d1a")]
    [InlineData(97, 71, 33, 64, 1.25, CropMode.Center, "4e7c05e7200a8584")]
    [InlineData(97, 71, 33, 64, 1.25, CropMode.Squash, "9e5cb1e2b5affd08")]
    [InlineData(97, 71, 33, 64, 1.25, CropMode.Border, "a5a5f493c4e809e8")]
    [InlineData(71, 97, 48, 48, 0.875, CropMode.Center, "9fc2f15ae5e344cc")]
    [InlineData(71, 97, 48, 48, 0.875, CropMode.Border, "a1898d6f0b78f64e")]
    [InlineData(71, 97, 48, 48, 1.0, CropMode.Squash, "3ed8b14f93cecd01")]
    [InlineData(71, 97, 48, 48, 0.9, CropMode.Center, "d5dc970b344b90b0")]
    [InlineData(71, 97, 48, 48, 0.9, CropMode.Border, "376c452e312f0e94")]
    [InlineData(71, 97, 48, 48, 1.25, CropMode.Center, "55e97b9fba64bb57")]
    [InlineData(71, 97, 48, 48, 1.25, CropMode.Squash, "7f7f0a24da89cc45")]
    [InlineData(71, 97, 48, 48, 1.25, CropMode.Border, "7119650e9f95049b")]
    [InlineData(71, 97, 33, 64, 0.875, CropMode.Center, "07dbe89ca9646d38")]
    [InlineData(71, 97, 33, 64, 0.875, CropMode.Border, "bd31c9fb50340c45")]
    [InlineData(71, 97, 33, 64, 1.0, CropMode.Squash, "03baaba0e22aa467")]
    [InlineData(71, 97, 33, 64, 0.9, CropMode.Center, "0037d37c6e686712")]
    [InlineData(71, 97, 33, 64, 0.9, CropMode.Border, "5689519756f2e0c8")]
    [InlineData(71, 97, 33, 64, 1.25, CropMode.Center, "f7f947e1316bfcc3")]
    [InlineData(71, 97, 33, 64, 1.25, CropMode.Squash, "27dd825c141e9320")]
    [InlineData(71, 97, 33, 64, 1.25, CropMode.Border, "aca42f5adc4336e2")]
    [InlineData(50, 50, 48, 48, 0.875, CropMode.Center, "b2d5852d4018d5b8")]
    [InlineData(50, 50, 48, 48, 0.875, CropMode.Border, "b2d5852d4018d5b8")]
    [InlineData(50, 50, 48, 48, 1.0, CropMode.Squash, "c9d982ff4978e9e8")]
    [InlineData(50, 50, 48, 48, 0.9, CropMode.Center, "73a4ebd17bb73814")]
    [InlineData(50, 50, 48, 48, 0.9, CropMode.Border, "73a4ebd17bb73814")]
    [InlineData(50, 50, 48, 48, 1.25, CropMode.Center, "6f0f5965d065e0f5")]
    [InlineData(50, 50, 48, 48, 1.25, CropMode.Squash, "6f0f5965d065e0f5")]
    [InlineData(50, 50, 48, 48, 1.25, CropMode.Border, "dc0cd855720f2903")]
    [InlineData(50, 50, 33, 64, 0.875, CropMode.Center, "4b8ab7f28d76b2cd")]
    [InlineData(50, 50, 33, 64, 0.875, CropMode.Border, "854fa1e3797ce69b")]
    [InlineData(50, 50, 33, 64, 1.0, CropMode.Squash, "b9a2d69d9d759be5")]
    [InlineData(50, 50, 33, 64, 0.9, CropMode.Center, "0b96e20dedd0a9b9")]
    [InlineData(50, 50, 33, 64, 0.9, CropMode.Border, "abf05deebf7dc220")]
    [InlineData(50, 50, 33, 64, 1.25, CropMode.Center, "34587898a51aa04e")]
    [InlineData(50, 50, 33, 64, 1.25, CropMode.Squash, "b05f03d40cfdb3f2")]
    [InlineData(50, 50, 33, 64, 1.25, CropMode.Border, "5d418013eb9d4877")]
    [InlineData(200, 13, 48, 48, 0.875, CropMode.Center, "874af9ac5f8786bb")]
    [InlineData(200, 13, 48, 48, 0.875, CropMode.Border, "fd83bcf874949ed2")]
    [InlineData(200, 13, 48, 48, 1.0, CropMode.Squash, "a71358b146a41730")]
    [InlineData(200, 13, 48, 48, 0.9, CropMode.Center, "283a55558d23a2e7")]
    [InlineData(200, 13, 48, 48, 0.9, CropMode.Border, "b7e626567e57e4d6")]
    [InlineData(200, 13, 48, 48, 1.25, CropMode.Center, "b7ed28638d1e14e3")]
    [InlineData(200, 13, 48, 48, 1.25, CropMode.Squash, "3b74ab30001e636d")]
    [InlineData(200, 13, 48, 48, 1.25, CropMode.Border, "f8fd35b66e13718d")]
    [InlineData(200, 13, 33, 64, 0.875, CropMode.Center, "450acb3836e105c5")]
    [InlineData(200, 13, 33, 64, 0.875, CropMode.Border, "97597c43699a9e7b")]
    [InlineData(200, 13, 33, 64, 1.0, CropMode.Squash, "262d443c10c70531")]
    [InlineData(200, 13, 33, 64, 0.9, CropMode.Center, "b42f71a4b35c6648")]
    [InlineData(200, 13, 33, 64, 0.9, CropMode.Border, "e1526ade265326f0")]
    [InlineData(200, 13, 33, 64, 1.25, CropMode.Center, "e573ec2edf9dcd19")]
    [InlineData(200, 13, 33, 64, 1.25, CropMode.Squash, "3bcb00ab16a8e60a")]
    [InlineData(200, 13, 33, 64, 1.25, CropMode.Border, "850a0fe1e7033eb5")]
    public void Crop_equals_the_reference_arithmetic(
        int width, int height, int inputHeight, int inputWidth, double fraction, CropMode mode, string digest)
    {
        var transform = new EvaluationTransform
        {
            Height = inputHeight,
            Width = inputWidth,
            CropFraction = fraction,
            Mode = mode,
        };
        var cropped = transform.Crop(SyntheticPicture.Create(width, height));
        Assert.Equal((inputWidth, inputHeight), (cropped.Width, cropped.Height));
        Assert.Equal(digest, cropped.Digest());
    }

    [Fact]
    public void Normalisation_is_exactly_the_formula_in_single_precision()
    {
        var picture = SyntheticPicture.Create(32, 32);
        var transform = new EvaluationTransform
        {
            Size = 32,
            CropFraction = 1,
            Mean = [0.1, 0.2, 0.3],
            Std = [0.5, 0.25, 2],
        };
        using var input = transform.Apply(picture);
        Assert.Equal([3L, 32, 32], input.shape);
        var values = input.data<float>().ToArray();
        for (var i = 0; i < 1024; i++)
        {
            Assert.Equal(((picture.Pixels[i * 3] / 255f) - 0.1f) / 0.5f, values[i]);
            Assert.Equal(((picture.Pixels[(i * 3) + 1] / 255f) - 0.2f) / 0.25f, values[1024 + i]);
            Assert.Equal(((picture.Pixels[(i * 3) + 2] / 255f) - 0.3f) / 2f, values[2048 + i]);
        }
    }

    [Fact]
    public void Batch_equals_its_pictures_one_by_one()
    {
        var transform = new EvaluationTransform { Size = 24 };
        (int Width, int Height)[] sizes = [(60, 40), (24, 90), (5, 5)];
        Picture[] pictures = [.. sizes.Select(size => SyntheticPicture.Create(size.Width, size.Height))];
        using var batch = transform.Apply(pictures);
        Assert.Equal([3L, 3, 24, 24], batch.shape);
        for (var n = 0; n < pictures.Length; n++)
        {
            using var single = transform.Apply(pictures[n]);
            using var place = batch[n];
            Assert.Equal(single.data<float>().ToArray(), place.data<float>().ToArray());
        }
    }

    [Fact]
    public void DeepMind_evaluation_cuts_sixteen_pixels_off_each_side_of_a_squashed_picture()
    {
        var picture = SyntheticPicture.Create(90, 70);
        SyntheticPicture.AssertSame(
            picture.Resize(96, 96, ResizeFilter.Bicubic).Crop(16, 16, 64, 64),
            EvaluationTransform.DeepMind(64).Crop(picture));
    }

    [Theory]
    [InlineData(16_384, 1)]
    [InlineData(1, 16_384)]
    public void Needle_costs_no_more_than_its_crop(int width, int height)
    {
        var picture = SyntheticPicture.Create(width, height);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        foreach (var mode in Enum.GetValues<CropMode>())
        {
            new EvaluationTransform { Size = 224, Mode = mode }.Crop(picture);
        }

        // The resized picture would have 256 x 4,194,304 pixels.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        var valid = new EvaluationTransform();
        (EvaluationTransform Transform, string Setting)[] wrong =
        [
            (valid with { Height = 0 }, "Height"),
            (valid with { Width = -1 }, "Width"),
            (valid with { Size = 100_000 }, "Height"),
            (valid with { CropFraction = 0 }, "CropFraction"),
            (valid with { CropFraction = double.NaN }, "CropFraction"),
            (valid with { CropFraction = 1e-9 }, "CropFraction"),
            (valid with { CropFraction = 17 }, "CropFraction"),
            (valid with { Size = 1, CropFraction = 2 }, "CropFraction"),
            (valid with { Margin = -1 }, "Margin"),
            (valid with { Mode = (CropMode)9 }, "Mode"),
            (valid with { Filter = (ResizeFilter)9 }, "Filter"),
            (valid with { Mean = [0.5] }, "Mean"),
            (valid with { Mean = [0, double.NaN, 0] }, "Mean"),
            (valid with { Std = [1, 0, 1] }, "Std"),
            (valid with { Std = [1, 1e-60, 1] }, "Std"),
        ];
        foreach (var (transform, setting) in wrong)
        {
            var error = Assert.Throws<ConfigurationException>(() => transform.Apply(SyntheticPicture.Create(4, 4)));
            Assert.Equal("EvaluationTransform." + setting, error.Setting);
        }
    }

    [Fact]
    public void Wrong_buffers_and_empty_batches_are_refused()
    {
        var transform = new EvaluationTransform { Size = 8 };
        Assert.Throws<ShapeException>(() => transform.ApplyInto(SyntheticPicture.Create(4, 4), new float[191]));
        Assert.Throws<ShapeException>(() => transform.Apply(Array.Empty<Picture>()));
    }

    [Fact]
    public void Transforms_with_equal_settings_are_equal()
    {
        var one = new EvaluationTransform { Size = 96, Mean = [0.5, 0.5, 0.5] };
        var other = new EvaluationTransform { Height = 96, Width = 96, Mean = [0.5, 0.5, 0.5] };
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Std = [1, 1, 1] });
        Assert.NotEqual(one, other with { Margin = 3 });
    }

    [Fact]
    public void No_tensor_stays_alive_but_the_result()
    {
        var picture = SyntheticPicture.Create(30, 30);
        var transform = new EvaluationTransform { Size = 16 };
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var single = transform.Apply(picture))
        using (var batch = transform.Apply([picture, picture], torch.CPU))
        {
            Assert.Equal(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
