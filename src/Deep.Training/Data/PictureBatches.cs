using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>The training batches of a picture set: shuffled, augmented, multiplied, mixed and normalised.</summary>
/// <remarks>
/// The order is a function of (seed, epoch), a picture's augmentation of (seed, picture, epoch, copy) and the mixing of
/// (seed, step, part): nothing depends on timing, on threads or on what was read before. Safe for many readers.
/// </remarks>
public sealed class PictureBatches : IBatchSource<LabelledPictures>
{
    private readonly PictureSet _pictures;
    private readonly PictureBatchOptions _options;
    private readonly Lock _ordering = new();
    private (long Epoch, int[] Order) _order = (-1, []);
    private (long Epoch, int[] Order) _orderBefore = (-1, []);

    /// <summary>The batches of a set.</summary>
    /// <param name="pictures">The set.</param>
    /// <param name="options">What is done to the pictures.</param>
    /// <exception cref="ConfigurationException">A batch holds more different pictures than the set.</exception>
    public PictureBatches(PictureSet pictures, PictureBatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Multiplicity.UniquePictures > pictures.Count)
        {
            throw new ConfigurationException(
                "PictureBatchOptions.Multiplicity", $"at most the set's {pictures.Count} pictures in a batch",
                options.Multiplicity.UniquePictures);
        }

        (_pictures, _options) = (pictures, options);
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => _options.Multiplicity.StepsPerEpoch(_pictures.Count);

    /// <inheritdoc/>
    public LabelledPictures Read(long stepNumber, int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepNumber);
        if (parts < 1 || _options.Multiplicity.BatchSize % parts != 0 || part < 0 || part >= parts)
        {
            throw new ConfigurationException(
                "micro-batches", $"a divisor of the batch of {_options.Multiplicity.BatchSize}", parts);
        }

        var epoch = stepNumber / StepsPerEpoch;
        var batch = _options.Multiplicity.Batch(OrderOf(epoch), stepNumber % StepsPerEpoch);
        var count = batch.Length / parts;
        var first = part * count;

        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var bytes = empty([count, _pictures.Channels, _pictures.Height, _pictures.Width], ScalarType.Byte);
        var labels = new long[count];
        var pixels = bytes.bytes;
        for (var i = 0; i < count; i++)
        {
            var picture = batch[first + i];
            labels[i] = _pictures.Labels[picture];
            var target = pixels.Slice(i * _pictures.PictureBytes, _pictures.PictureBytes);
            _pictures[picture].CopyTo(target);
            Augment(target, picture, epoch, copy: (first + i) % _options.Multiplicity.Copies);
        }

        var onDevice = bytes.to(_options.Device).to(ScalarType.Float32);
        var labelsOnDevice = tensor(labels, device: _options.Device);
        if (_options.Mixing is not { } mixing)
        {
            return new LabelledPictures(
                ToNetwork(onDevice), labelsOnDevice.MoveToOuterDisposeScope());
        }

        var random = new RandomState(_options.Seed, (ulong)RandomStream.Mixing, (ulong)stepNumber, (ulong)part);
        var mixed = mixing.Apply(onDevice, labelsOnDevice, random);
        return new LabelledPictures(
            ToNetwork(mixed.Pictures), mixed.Labels.MoveToOuterDisposeScope(),
            mixed.MixLabels.MoveToOuterDisposeScope(), mixed.Ratio.MoveToOuterDisposeScope());
    }

    // Two orders are kept: readers that read ahead are in two epochs at once at the end of each.
    private int[] OrderOf(long epoch)
    {
        lock (_ordering)
        {
            if (_orderBefore.Epoch == epoch)
            {
                return _orderBefore.Order;
            }

            if (_order.Epoch != epoch)
            {
                _orderBefore = _order;
                _order = (epoch, DataOrder.Of(_pictures.Count, _options.Seed, epoch));
            }

            return _order.Order;
        }
    }

    // Channels-last strides: convolutions run about twice as fast on a CPU, and no slower elsewhere.
    private Tensor ToNetwork(Tensor pictures) =>
        ChannelsLast.Of(_options.Normalization.Apply(pictures).to(_options.Precision.ToScalarType()))
            .MoveToOuterDisposeScope();

    private void Augment(Span<byte> picture, int index, long epoch, int copy)
    {
        var random = new RandomState(
            _options.Seed, (ulong)RandomStream.Augmentation, (ulong)index, (ulong)epoch, (ulong)copy);
        foreach (var augmentation in _options.Augmentations)
        {
            augmentation.Apply(picture, _pictures.Height, _pictures.Width, random);
        }
    }
}
