using Deep.Media;
using Deep.Perceivers.Recipes;
using Deep.Tensors;
using Deep.Tests;
using static TorchSharp.torch;

namespace Deep.Perceivers.Tests.Recipes;

public sealed class DigitSetTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deep-digits-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Digits_are_read_as_pixels_from_0_to_1()
    {
        var digits = Digits(3);
        Assert.Equal(3, digits.Count);
        Assert.Equal([0, 1, 2], digits.Labels.ToArray());
        Assert.Equal([0f, 1 / 16f, 1f], new[] { digits.Pixels(0)[0], digits.Pixels(0)[1], digits.Pixels(0)[16] });
    }

    [Theory]
    [InlineData("")]
    [InlineData("1,2,3")]
    [InlineData("{63},17,0")]
    [InlineData("{63},1.5,0")]
    [InlineData("{63},x,0")]
    [InlineData("{64},10")]
    [InlineData("{64},-1")]
    [InlineData("{64},NaN")]
    [InlineData("{64},0,0")]
    public void A_line_that_is_no_digit_is_named(string line)
    {
        var text = line.Replace("{63}", string.Join(',', new int[63]), StringComparison.Ordinal).Replace("{64}", string.Join(',', new int[64]), StringComparison.Ordinal);
        var path = Write("bad.csv", text);
        var error = Assert.Throws<MediaException>(() => DigitSet.Read(path));
        Assert.Contains(line.Length == 0 ? "found none" : "in line 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<MediaException>(() => DigitSet.Read(Path.Combine(folder, "missing.csv")));
        Assert.Throws<MediaException>(() => DigitSet.Read(Write("bad.csv.gz", text)));
    }

    [Fact]
    public void The_parts_of_a_split_are_the_whole()
    {
        var (train, test) = Digits(40).Split(0.25, 3);
        Assert.Equal((30, 10), (train.Count, test.Count));
        var all = Enumerable.Range(0, 30).Select(i => Key(train, i)).Concat(Enumerable.Range(0, 10).Select(i => Key(test, i)));
        Assert.Equal(40, all.Distinct().Count());
        Assert.NotEqual(Key(Digits(40).Split(0.25, 4).Test, 0), Key(test, 0));
        Assert.Throws<ConfigurationException>(() => Digits(3).Split(0.01, 0));
        Assert.Throws<ConfigurationException>(() => Digits(3).Split(double.NaN, 0));
    }

    [Fact]
    public void A_permutation_is_the_same_for_all_pictures()
    {
        var digits = Digits(40);
        var permuted = digits.WithPermutedPixels(7);
        var places = Enumerable.Range(0, 64).Select(p => Enumerable.Range(0, 64).Single(q =>
            Enumerable.Range(0, 40).All(i => permuted.Pixels(i)[p] == digits.Pixels(i)[q]))).ToArray();
        Assert.Equal(Enumerable.Range(0, 64), places.Order());
        Assert.NotEqual(Enumerable.Range(0, 64), places);
        Assert.Equal(digits.Labels.ToArray(), permuted.Labels.ToArray());
    }

    [Fact]
    public void Each_digit_comes_once_in_an_epoch_whatever_the_parts()
    {
        using var scope = NewDisposeScope();
        var batches = new DigitBatches(Digits(10), 4, seed: 1);
        Assert.Equal(3, batches.StepsPerEpoch);
        var read = Enumerable.Range(0, 5).SelectMany(step => Labels(batches.Read(step, 0, 1))).ToArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), read[..10].Order());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), read[10..].Order());
        Assert.NotEqual(read[..10], read[10..]);
        Assert.Equal(Labels(batches.Read(2, 0, 1)), Labels(batches.Read(2, 0, 2)).Concat(Labels(batches.Read(2, 1, 2))));
        Assert.Throws<ConfigurationException>(() => batches.Read(0, 0, 3));

        var batch = batches.Read(0, 0, 1);
        Assert.Equal([4, 1, 8, 8], batch.Pictures.shape);
        Assert.InRange(batch.Pictures.min().item<float>(), -1, -0.99f);
    }

    [Fact]
    public void Mixed_pictures_are_between_two_of_the_batch_in_the_ratio_of_their_labels()
    {
        using var scope = NewDisposeScope();
        var plain = new DigitBatches(Digits(10), 4, seed: 1).Read(2, 0, 1);
        var mixed = new DigitBatches(Digits(10), 4, seed: 1, mixup: 0.5).Read(2, 0, 1);
        Assert.True(mixed.Labels.Equals(plain.Labels));
        for (var i = 0; i < 4; i++)
        {
            var (share, partner) = (mixed.Ratio![i].item<float>(), (i + 3) % 4);
            Assert.InRange(share, 0, 1);
            Assert.Equal(plain.Labels[partner].item<long>(), mixed.MixLabels![i].item<long>());
            var expected = plain.Pictures[i].Times(share).Plus(plain.Pictures[partner], 1 - share);
            Assert.True(mixed.Pictures[i].allclose(expected, rtol: 1e-5, atol: 1e-5));
        }

        Assert.Throws<ConfigurationException>(() => new DigitBatches(Digits(10), 4, mixup: -1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Only_the_batch_stays_alive(double mixup)
    {
        var batches = new DigitBatches(Digits(10), 4, mixup: mixup);
        var live = new LiveTensors();
        batches.Read(1, 0, 1).Dispose();
        Assert.Equal(0, live.Created);
    }

    [SharedFact]
    public void The_digits_of_scikit_learn_are_read()
    {
        var digits = DigitSet.Read(SharedData.At("data", "perceiver", "digits", "digits.csv.gz"));
        Assert.Equal(1797, digits.Count);
        Assert.Equal(178, digits.Labels.ToArray().Count(label => label == 0));
    }

    private static IEnumerable<long> Labels(Deep.Training.LabelledPictures batch) => [.. batch.Labels.data<long>().ToArray()];

    private static string Key(DigitSet digits, int i) => string.Join(' ', digits.Pixels(i).ToArray());

    // Each picture has another pattern, and the label is the number's last figure.
    private DigitSet Digits(int count)
    {
        var random = new Random(count);
        return DigitSet.Read(Write("digits.csv", string.Join('\n', Enumerable.Range(0, count).Select(i =>
            string.Join(',', Enumerable.Range(0, 64).Select(p => i == 0 && p < 2 ? p : p == 16 && i == 0 ? 16 : p == 0 ? 0 : random.Next(17))) + $",{i % 10}"))));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
