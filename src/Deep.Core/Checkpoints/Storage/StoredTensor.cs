using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>Where one tensor's values lie in a checkpoint, and how to bring them into a tensor.</summary>
/// <param name="Info">Name, type and shape.</param>
/// <param name="Bytes">The bytes that hold the values.</param>
/// <param name="Offset">Where the values begin in <paramref name="Bytes"/>.</param>
/// <param name="Length">
/// How many bytes hold them: all elements when contiguous, else from the first to the last one used.
/// </param>
internal sealed record StoredTensor(TensorInfo Info, CheckpointBytes Bytes, long Offset, long Length)
{
    /// <summary>The steps in elements along each axis, or null when the values are contiguous.</summary>
    public long[]? Strides { get; init; }

    /// <summary>Whether the values are big-endian.</summary>
    public bool BigEndian { get; init; }

    public Tensor Read()
    {
        var type = RequireType();
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tensor = empty(Shape, dtype: type, device: CPU);
        Fill(tensor, type);
        return tensor.MoveToOuterDisposeScope();
    }

    public void ReadInto(Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var type = RequireType();
        if (!destination.shape.AsSpan().SequenceEqual(Shape))
        {
            throw Error(
                $"has the shape {Info.ShapeText}, but {TensorInfo.ShapeToText(destination.shape)} was expected");
        }

        if (!type.ConvertsTo(destination.dtype))
        {
            throw Error($"holds {type} values, which do not fit a tensor of {destination.dtype}");
        }

        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        Fill(destination, type);
    }

    private long[] Shape => [.. Info.Shape];

    private CheckpointException Error(string reason) => Bytes.Error(Info.Name, reason);

    private ScalarType RequireType() =>
        Info.Type ?? throw Error($"has the element type {Info.StoredType}, which TorchSharp does not have");

    private void Fill(Tensor destination, ScalarType type)
    {
        if (Info.Elements == 0)
        {
            return;
        }

        if (Strides is not null)
        {
            // A view into a larger storage: the part it spans is read as it lies and then copied in the view's order.
            var span = empty(Length / ElementTypes.SizeOf(type), dtype: type, device: CPU);
            FillFlat(span, type);
            destination.copy_(span.as_strided(Shape, Strides));
        }
        else if (destination.is_contiguous())
        {
            var flat = destination.view(-1);
            if (flat.dtype == type && flat.device_type == DeviceType.CPU)
            {
                FillFlat(flat, type);
            }
            else
            {
                CopyThroughWindow(flat, type);
            }
        }
        else
        {
            var whole = empty(Shape, dtype: type, device: CPU);
            FillFlat(whole.view(-1), type);
            destination.copy_(whole);
        }
    }

    private void CopyThroughWindow(Tensor flat, ScalarType type)
    {
        var elements = flat.numel();
        var step = Math.Min(elements, CheckpointBytes.Window / ElementTypes.SizeOf(type));
        using var window = empty(step, dtype: type, device: CPU);
        for (var start = 0L; start < elements; start += step)
        {
            var count = Math.Min(step, elements - start);
            using var part = window.narrow(0, 0, count);
            using var target = flat.narrow(0, start, count);
            FillFlat(part, type, start);
            target.copy_(part);
        }
    }

    /// <summary>
    /// Fills a contiguous CPU tensor [elements] of the stored type, from element <paramref name="first"/> on.
    /// </summary>
    private void FillFlat(Tensor flat, ScalarType type, long first = 0)
    {
        var size = ElementTypes.SizeOf(type);
        var elements = flat.numel();
        const int Step = 1 << 26; // at most 2^30 bytes: a span has at most 2^31 - 1
        for (var start = 0L; start < elements; start += Step)
        {
            using var part = flat.narrow(0, start, Math.Min(Step, elements - start));
            var bytes = part.bytes;
            Bytes.Read(Offset + ((first + start) * size), bytes);
            if (BigEndian)
            {
                Swap(bytes, ElementTypes.SwapUnit(type));
            }

            if (type == ScalarType.Bool)
            {
                Normalize(bytes);
            }
        }
    }

    /// <summary>A bool other than 0 and 1 is undefined behaviour in the native code that will read it.</summary>
    private static void Normalize(Span<byte> bools)
    {
        if (bools.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            foreach (ref var value in bools)
            {
                value = value == 0 ? (byte)0 : (byte)1;
            }
        }
    }

    private static void Swap(Span<byte> bytes, int unit)
    {
        switch (unit)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var words = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
