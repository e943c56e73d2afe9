using System.Globalization;
using System.IO.Compression;
using Deep.Media;
using Deep.Training;

namespace Deep.Perceivers.Recipes;

/// <summary>Handwritten digits of 8 x 8 pixels, in the form in which scikit-learn keeps them.</summary>
/// <remarks>A line for each digit: 64 whole numbers from 0 to 16, row by row, then the digit itself. Immutable.</remarks>
public sealed class DigitSet
{
    /// <summary>Pixels in a row and in a column.</summary>
    public const int Side = 8;

    /// <summary>Pixels of a picture.</summary>
    public const int PixelCount = Side * Side;

    /// <summary>The number of different digits.</summary>
    public const int Classes = 10;

    private const int Brightest = 16;
    private const int MaximumDigits = 1_000_000;
    private const long MaximumCharacters = 256L << 20;

    private readonly float[] _pixels;
    private readonly int[] _labels;

    private DigitSet(float[] pixels, int[] labels) => (_pixels, _labels) = (pixels, labels);

    /// <summary>The number of digits.</summary>
    public int Count => _labels.Length;

    /// <summary>The digits, 0 to 9.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The pixels of a picture, row by row, from 0 to 1.</summary>
    /// <param name="index">The number of the picture, from 0.</param>
    public ReadOnlySpan<float> Pixels(int index) => _pixels.AsSpan(index * PixelCount, PixelCount);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The CSV file; one that ends in <c>.gz</c> is unpacked.</param>
    /// <exception cref="MediaException">The file cannot be read, or a line is no digit; names its number.</exception>
    public static DigitSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = File.OpenRead(path);
            using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(file, CompressionMode.Decompress)
                : file;
            using var reader = new StreamReader(content);
            return Read(reader, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new MediaException(path, $"the file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Divides the set by chance into one to train on and one to test on.</summary>
    /// <param name="test">The share of the second, above 0 and below 1.</param>
    /// <param name="seed">Which digits go where.</param>
    /// <exception cref="ConfigurationException">The share is out of its range, or leaves one part without a digit.</exception>
    public (DigitSet Train, DigitSet Test) Split(double test, ulong seed)
    {
        var held = (int)Math.Round(test * Count);
        if (!(test > 0 && test < 1) || held < 1 || held >= Count)
        {
            throw new ConfigurationException("DigitSet.Split test", $"a share that leaves digits of {Count} in both parts", test);
        }

        var order = DataOrder.Of(Count, seed, 0);
        return (Of(order[held..]), Of(order[..held]));
    }

    /// <summary>The same pictures with the same permutation of the pixels of each.</summary>
    /// <param name="seed">Which permutation.</param>
    /// <remarks>A Perceiver that is told each pixel's place by its encoding alone does not mind; a convolution loses what it lives on.</remarks>
    public DigitSet WithPermutedPixels(ulong seed)
    {
        var places = DataOrder.Of(PixelCount, seed, 0);
        return new DigitSet([.. Enumerable.Range(0, _pixels.Length)
            .Select(i => _pixels[(i / PixelCount * PixelCount) + places[i % PixelCount]])], _labels);
    }

    private static DigitSet Read(StreamReader reader, string path)
    {
        var (pixels, labels) = (new List<float>(), new List<int>());
        var characters = 0L;
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            characters += line.Length;
            if (labels.Count >= MaximumDigits || characters > MaximumCharacters)
            {
                throw new MediaException(path, $"it has more than {MaximumDigits:N0} digits.");
            }

            if (!string.IsNullOrWhiteSpace(line) && !Add(line, pixels, labels))
            {
                throw new MediaException(
                    path, $"expected {PixelCount} whole numbers from 0 to {Brightest} and a digit, separated by commas; found something else in line {number}.");
            }
        }

        return labels.Count > 0
            ? new DigitSet([.. pixels], [.. labels])
            : throw new MediaException(path, "expected a digit in each line, found none.");
    }

    private static bool Add(string line, List<float> pixels, List<int> labels)
    {
        var fields = line.Split(',', PixelCount + 2);
        if (fields.Length != PixelCount + 1 || !Parse(fields[^1], Classes - 1, out var label))
        {
            return false;
        }

        for (var i = 0; i < PixelCount; i++)
        {
            if (!Parse(fields[i], Brightest, out var value))
            {
                return false;
            }

            pixels.Add((float)value / Brightest);
        }

        labels.Add(label);
        return true;
    }

    // scikit-learn's own copy has whole numbers; those written by numpy read "5.000000000000000000e+00".
    private static bool Parse(string field, int most, out int value)
    {
        value = -1;
        if (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number <= most && number == Math.Floor(number))
        {
            value = (int)number;
        }

        return value >= 0;
    }

    private DigitSet Of(int[] chosen) =>
        new([.. chosen.SelectMany(i => Pixels(i).ToArray())], [.. chosen.Select(i => _labels[i])]);
}
