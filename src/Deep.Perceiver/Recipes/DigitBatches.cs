using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N pictures

/// <summary>The training batches of digits: each once in an epoch, in an order that is a function of seed and epoch.</summary>
/// <remarks>Batches go on through the end of an epoch into the next. Safe for many readers.</remarks>
public sealed class DigitBatches : IBatchSource<LabelledPictures>
{
    // Keeps the draws of mixing apart from those of the order.
    private const ulong MixStream = 31;

    private readonly DigitSet _digits;
    private readonly int _batchSize;
    private readonly ulong _seed;
    private readonly Device _device;
    private readonly double _mixup;

    /// <summary>The batches of a set.</summary>
    /// <param name="digits">The digits.</param>
    /// <param name="batchSize">Digits of a step, 1 to 1,000,000.</param>
    /// <param name="seed">The order.</param>
    /// <param name="device">Where batches are put, by default the CPU.</param>
    /// <param name="mixup">
    /// Both shapes of the Beta distribution by which each picture is mixed with the next of its batch (1710.09412); 0, the
    /// default: no mixing. The ImageNet recipe's is 0.2. It does not mind the order of the pixels.
    /// </param>
    /// <exception cref="ConfigurationException">The batch or the mixing is out of its range.</exception>
    public DigitBatches(DigitSet digits, int batchSize, ulong seed = 0, Device? device = null, double mixup = 0)
    {
        ArgumentNullException.ThrowIfNull(digits);
        (_digits, _batchSize, _seed, _device) = (digits, BatchParts.Checked(batchSize), seed, device ?? CPU);
        _mixup = mixup >= 0 && double.IsFinite(mixup)
            ? mixup
            : throw new ConfigurationException(nameof(mixup), "a finite number of 0 or more", mixup);
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

        var batch = Of(_digits, chosen, _device);
        return _mixup > 0 && count > 1 ? Mixed(batch, first) : batch;
    }

    private LabelledPictures Mixed(LabelledPictures batch, long first)
    {
        using var scope = NewDisposeScope();
        using var whole = batch;
        var shares = Enumerable.Range(0, (int)batch.Count)
            .Select(i => (float)new RandomState(_seed, MixStream, (ulong)(first + i)).NextBeta(_mixup, _mixup)).ToArray();
        var ratio = tensor(shares, ScalarType.Float32, _device);
        var partners = batch.Pictures.roll(1, 0);
        var pictures = partners.Plus(batch.Pictures.sub(partners).mul(ratio.view(-1, 1, 1, 1)));
        return new LabelledPictures(
            pictures.MoveToOuterDisposeScope(), batch.Labels.clone().MoveToOuterDisposeScope(),
            batch.Labels.roll(1, 0).MoveToOuterDisposeScope(), ratio.MoveToOuterDisposeScope());
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
