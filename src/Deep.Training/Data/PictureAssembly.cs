using System.Buffers;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>Turns the augmented bytes of a batch into the tensors of a network: mixes, normalises, lays out.</summary>
/// <remarks>
/// One pass over the bytes, on the calling thread, into the tensor's own memory. Results equal those of
/// <see cref="Mixing"/>, <see cref="PictureNormalization"/> and <see cref="ChannelsLast"/> to the bit: each operation is
/// rounded to f32 in the same order.
/// </remarks>
internal sealed class PictureAssembly
{
    private readonly PictureShape _shape;
    private readonly PictureBatchOptions _options;
    private readonly PixelWriter _writer;

    public PictureAssembly(PictureShape shape, PictureBatchOptions options)
    {
        (_shape, _options) = (shape, options);
        _writer = new PixelWriter(shape, options.Normalization, options.Precision);
    }

    public int PictureBytes => _shape.Bytes;

    /// <summary>The bytes of some pictures.</summary>
    /// <exception cref="ConfigurationException">They do not fit an array.</exception>
    public int BytesOf(int count) => (long)count * _shape.Bytes <= Array.MaxLength
        ? count * _shape.Bytes
        : throw new ConfigurationException(
            "TrainerOptions.MicroBatches", $"so many that a part of a batch has at most {Array.MaxLength} bytes",
            $"{count} pictures of {_shape.Channels} x {_shape.Height} x {_shape.Width} in a part");

    public void Augment(Span<byte> picture, IReadOnlyList<IPictureAugmentation> augmentations, RandomState random)
    {
        foreach (var augmentation in augmentations)
        {
            augmentation.Apply(picture, _shape.Height, _shape.Width, random);
        }
    }

    /// <summary>The tensors of a batch; the caller disposes them.</summary>
    /// <param name="pictures">N · C · H · W bytes or more, augmented.</param>
    /// <param name="labels">N labels.</param>
    /// <param name="random">The draws of the mixing.</param>
    /// <param name="stateAfter">The state of each picture for what is done after the mixing.</param>
    public LabelledPictures ToBatch(byte[] pictures, long[] labels, RandomState random, Func<int, RandomState> stateAfter)
    {
        var plan = _options.Mixing?.Plan(
            labels.Length, _shape.Height, _shape.Width, random, _options.Multiplicity.Copies);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var memory = empty(
            [labels.Length, _shape.Height, _shape.Width, _shape.Channels], _options.Precision.ToScalarType());
        Write(pictures, plan, stateAfter, memory);

        // Channels-last strides: convolutions run about twice as fast on a CPU, and no slower elsewhere.
        var onDevice = memory.to(_options.Device).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        var own = tensor(labels, device: _options.Device).MoveToOuterDisposeScope();
        if (plan is null)
        {
            return new LabelledPictures(onDevice, own);
        }

        var others = plan.Partners.Select(partner => labels[partner]).ToArray();
        var ratios = plan.LabelRatios(_shape.Height, _shape.Width);
        return new LabelledPictures(
            onDevice, own, tensor(others, device: _options.Device).MoveToOuterDisposeScope(),
            tensor(ratios, device: _options.Device).MoveToOuterDisposeScope());
    }

    private void Write(byte[] pictures, MixingPlan? plan, Func<int, RandomState> stateAfter, Tensor memory)
    {
        var (count, bytes) = ((int)memory.shape[0], _shape.Bytes);
        var targetBytes = bytes * _writer.ElementBytes;
        var mixed = ArrayPool<float>.Shared.Rent(bytes);
        var last = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            // A span reaches over two gigabytes at most.
            var most = Math.Max(1, int.MaxValue / targetBytes);
            for (var first = 0; first < count; first += most)
            {
                var some = Math.Min(most, count - first);
                using var part = memory.narrow(0, first, some);
                var target = part.bytes;
                for (var i = 0; i < some; i++)
                {
                    WritePicture(
                        pictures, first + i, plan, stateAfter, mixed.AsSpan(0, bytes), last.AsSpan(0, bytes),
                        target.Slice(i * targetBytes, targetBytes));
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(mixed);
            ArrayPool<byte>.Shared.Return(last);
        }
    }

    private void WritePicture(
        byte[] pictures, int index, MixingPlan? plan, Func<int, RandomState> stateAfter, Span<float> mixed,
        Span<byte> last, Span<byte> target)
    {
        var own = pictures.AsSpan(index * _shape.Bytes, _shape.Bytes);
        var isMixed = plan is not null && index < plan.Ratios.Length + plan.Boxes.Length;
        if (isMixed)
        {
            var partner = pictures.AsSpan(plan!.Partners[index] * _shape.Bytes, _shape.Bytes);
            PixelMixing.Mix(own, partner, plan, index, _shape, mixed);
        }

        if (_options.AfterMixing.Count == 0)
        {
            if (isMixed)
            {
                _writer.Write(mixed, target);
            }
            else
            {
                _writer.Write(own, target);
            }

            return;
        }

        if (isMixed)
        {
            PixelMixing.ToBytes(mixed, last);
        }
        else
        {
            own.CopyTo(last);
        }

        Augment(last, _options.AfterMixing, stateAfter(index));
        _writer.Write(last, target);
    }
}
