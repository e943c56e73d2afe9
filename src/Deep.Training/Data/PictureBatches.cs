using System.Buffers;
using Deep.Media;
using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>
/// The training batches of a source of pictures: shuffled, fitted, augmented, multiplied, mixed and normalised.
/// </summary>
/// <remarks>
/// The order is a function of (seed, epoch), a picture's fit and augmentation of (seed, picture, epoch, copy) and the
/// mixing of (seed, step, part): nothing depends on timing, on threads or on what was read before. Safe for many
/// readers. All work is done by the thread that reads, which uses none of libtorch's threads.
/// </remarks>
public sealed class PictureBatches : IBatchSource<LabelledPictures>, ITrainingEventSource
{
    private readonly IPictureSource _pictures;
    private readonly PictureBatchOptions _options;
    private readonly PictureAssembly _assembly;
    private readonly UnreadablePictures _unreadable;
    private readonly Lock _ordering = new();
    private (long Epoch, int[] Order) _order = (-1, []);
    private (long Epoch, int[] Order) _orderBefore = (-1, []);

    /// <summary>The batches of a source.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="options">What is done to the pictures.</param>
    /// <exception cref="ConfigurationException">
    /// A batch holds more different pictures than there are, a picture has no label or one without a class, the pictures
    /// need a fit and there is none, or the normalisation has another number of channels.
    /// </exception>
    public PictureBatches(IPictureSource pictures, PictureBatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Multiplicity.UniquePictures > pictures.Count)
        {
            throw new ConfigurationException(
                "PictureBatchOptions.Multiplicity", $"at most the set's {pictures.Count} pictures in a batch",
                options.Multiplicity.UniquePictures);
        }

        RequireLabels(pictures);
        (_pictures, _options) = (pictures, options);
        _assembly = new PictureAssembly(PictureShape.Of(pictures, options.Fit), options);
        _unreadable = new UnreadablePictures(pictures, options.Seed, options.UnreadablePictures);
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => _options.Multiplicity.StepsPerEpoch(_pictures.Count);

    /// <summary>The pictures that could not be read so far, by the error of each.</summary>
    public IReadOnlyList<MediaException> Unreadable => _unreadable.Errors;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">
    /// The batch cannot be read in this number of parts, or a setting of an augmentation is out of its range.
    /// </exception>
    /// <exception cref="TrainingException">More pictures are unreadable than may be.</exception>
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
        var bytes = ArrayPool<byte>.Shared.Rent(_assembly.BytesOf(count));
        try
        {
            var labels = new long[count];
            for (int from = 0, copies; from < count; from += copies)
            {
                copies = CopiesAt(batch, first + from, first + count);
                var place = bytes.AsSpan(from * _assembly.PictureBytes, copies * _assembly.PictureBytes);
                var label = ReadCopies(batch[first + from], stepNumber, (first + from) % _options.Multiplicity.Copies, place);
                labels.AsSpan(from, copies).Fill(label);
            }

            var random = new RandomState(_options.Seed, (ulong)RandomStream.Mixing, (ulong)stepNumber, (ulong)part);
            return _assembly.ToBatch(bytes, labels, random, i => StateOf(
                RandomStream.AfterMixing, batch[first + i], epoch, (first + i) % _options.Multiplicity.Copies));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingEvent> TakeEvents() => _unreadable.TakeEvents();

    private static void RequireLabels(IPictureSource pictures)
    {
        if (pictures.Labels.Length != pictures.Count)
        {
            throw new ConfigurationException(
                "labels of the pictures", $"{pictures.Count}, one for each picture", pictures.Labels.Length);
        }

        for (var i = 0; i < pictures.Count; i++)
        {
            if (pictures.Labels[i] < 0 || pictures.Labels[i] >= pictures.Classes.Count)
            {
                throw new ConfigurationException(
                    $"label of {pictures.NameOf(i)}", $"from 0 to below the {pictures.Classes.Count} classes",
                    pictures.Labels[i]);
            }
        }
    }

    private static int CopiesAt(int[] batch, int first, int end)
    {
        var last = first + 1;
        while (last < end && batch[last] == batch[first])
        {
            last++;
        }

        return last - first;
    }

    /// <summary>Reads a picture, or the one that takes its place, and augments each copy.</summary>
    /// <returns>The label.</returns>
    private int ReadCopies(int picture, long step, int firstCopy, Span<byte> pictures)
    {
        var epoch = step / StepsPerEpoch;
        var states = new RandomState[pictures.Length / _assembly.PictureBytes];
        var read = picture;
        for (var attempt = 0; ; attempt++)
        {
            for (var i = 0; i < states.Length; i++)
            {
                states[i] = StateOf(RandomStream.Augmentation, picture, epoch, firstCopy + i);
            }

            try
            {
                _pictures.Read(read, _options.Fit, states, pictures);
                break;
            }
            catch (MediaException error)
            {
                read = _unreadable.Replace(read, picture, step, epoch, attempt, error);
            }
        }

        for (var i = 0; i < states.Length; i++)
        {
            _assembly.Augment(pictures.Slice(i * _assembly.PictureBytes, _assembly.PictureBytes), _options.Augmentations, states[i]);
        }

        return _pictures.Labels[read];
    }

    private RandomState StateOf(RandomStream stream, int picture, long epoch, int copy) =>
        new(_options.Seed, (ulong)stream, (ulong)picture, (ulong)epoch, (ulong)copy);

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
}
