using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N pictures

/// <summary>The training batches of digits: each once in an epoch, in an order that is a function of seed and epoch.</summary>
/// <remarks>Batches go on through the end of an epoch into the next. Safe for many readers.</remarks>
public sealed class DigitBatches : IBatchSource<LabelledPictures>
{
    private readonly DigitSet _digits;
    private readonly int _batchSize;
    private readonly ulong _seed;
    private readonly Device _device;

    /// <summary>The batches of a set.</summary>
    /// <param name="digits">The digits.</param>
    /// <param name="batchSize">Digits of a step, 1 to 1,000,000.</param>
    /// <param name="seed">The order.</param>
    /// <param name="device">Where batches are put, by default the CPU.</param>
    /// <exception cref="ConfigurationException">The batch is out of its range.</exception>
    public DigitBatches(DigitSet digits, int batchSize, ulong seed = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(digits);
        (_digits, _batchSize, _seed, _device) = (digits, BatchParts.Checked(batchSize), seed, device ?? CPU);
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => (_digits.Count + _batchSize - 1) / _batchSize;

    /// <summary>Some digits in their own order, [N, 1, 8, 8] from −1 to 1, with their labels.</summary>
    /// <param name="digits">The set.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">Their number, 1 or more.</param>
    /// <param name="device">Where they are put, by default the CPU.</param>
    /// <returns>A new batch; the caller disposes it.</returns>
    public static LabelledPictures Of(DigitSet digits, int first, int count, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(digits);
        return Of(digits, [.. Enumerable.Range(first, count)], device ?? CPU);
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The batch cannot be read in this number of parts.</exception>
    public LabelledPictures Read(long stepNumber, int part, int parts)
    {
        var (first, count) = BatchParts.Items(_batchSize, stepNumber, part, parts);
        var chosen = new int[count];
        for (var i = 0; i < count;)
        {
            var (epoch, place) = Math.DivRem(first + i, _digits.Count);
            var order = DataOrder.Of(_digits.Count, _seed, epoch).AsSpan((int)place);
            var taken = Math.Min(order.Length, count - i);
            order[..taken].CopyTo(chosen.AsSpan(i));
            i += taken;
        }

        return Of(_digits, chosen, _device);
    }

    private static LabelledPictures Of(DigitSet digits, int[] chosen, Device device)
    {
        var pixels = new float[chosen.Length * DigitSet.PixelCount];
        var labels = new long[chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            var target = pixels.AsSpan(i * DigitSet.PixelCount, DigitSet.PixelCount);
            var source = digits.Pixels(chosen[i]);
            for (var p = 0; p < target.Length; p++)
            {
                target[p] = (2 * source[p]) - 1;
            }

            labels[i] = digits.Labels[chosen[i]];
        }

        return new LabelledPictures(
            tensor(pixels, [chosen.Length, 1, DigitSet.Side, DigitSet.Side], ScalarType.Float32, device),
            tensor(labels, ScalarType.Int64, device));
    }
}
