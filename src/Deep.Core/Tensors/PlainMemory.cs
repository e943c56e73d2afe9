using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>The memory of a row-major tensor on the CPU, into which others of its kind are copied as bytes.</summary>
/// <remarks>Valid for as long as the tensor lives and keeps its storage.</remarks>
internal readonly unsafe struct PlainMemory
{
    private readonly byte* _start;
    private readonly int _type;
    private readonly int _width;

    private PlainMemory(byte* start, int type, int width)
    {
        _start = start;
        _type = type;
        _width = width;
    }

    /// <summary>The memory, or null where the tensor is of another kind or libtorch does not tell.</summary>
    public static PlainMemory? Of(Tensor tensor) =>
        Find(tensor, tensor.numel(), out var start, out var type)
            ? new PlainMemory(start, type, (int)tensor.ElementSize)
            : null;

    /// <summary>Copies a tensor of the same kind to an offset.</summary>
    /// <param name="source">Any tensor.</param>
    /// <param name="offset">In elements.</param>
    /// <param name="elements">The room for it.</param>
    /// <returns>False where the source is of another kind or size; then nothing has changed.</returns>
    public bool TryRead(Tensor source, long offset, long elements)
    {
        if (!Find(source, elements, out var from, out var type) || type != _type)
        {
            return false;
        }

        var bytes = elements * _width;
        Buffer.MemoryCopy(from, _start + (offset * _width), bytes, bytes);
        GC.KeepAlive(source);
        return true;
    }

    private static bool Find(Tensor tensor, long elements, out byte* start, out int type)
    {
        var exports = TorchExports.Instance;
        start = null;
        type = 0;
        if (exports.DataPointer == null || exports.ElementType == null || exports.DeviceType == null
            || exports.IsContiguous == null || exports.Elements == null)
        {
            return false;
        }

        var handle = tensor.Handle;
        int device, found;
        byte isContiguous;
        long count;
        void* data;
        if (exports.DeviceType(handle, &device) != 0 || device != 0
            || exports.IsContiguous(handle, &isContiguous) != 0 || isContiguous == 0
            || exports.Elements(handle, &count) != 0 || count != elements
            || exports.ElementType(handle, &found) != 0 || exports.DataPointer(handle, &data) != 0)
        {
            return false;
        }

        GC.KeepAlive(tensor);
        start = (byte*)data;
        type = found;
        return true;
    }
}
