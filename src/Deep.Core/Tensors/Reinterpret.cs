using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>Sees the bytes of a tensor as numbers of another dtype, without a copy where libtorch's C interface is there.</summary>
/// <remarks>So a memory-mapped file becomes tensors as it is. Safe to call from many threads.</remarks>
public static class Reinterpret
{
    /// <summary>The same bytes as another dtype.</summary>
    /// <param name="x">Contiguous; the bytes of its last axis, and its offset in its storage, divide by the new element's size.</param>
    /// <param name="type">The dtype.</param>
    /// <returns>The last axis grows or shrinks by the ratio of the sizes; shares memory where it can. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The sizes do not divide, or <paramref name="x"/> is not contiguous.</exception>
    public static Tensor As(Tensor x, ScalarType type)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var probe = empty([1], type);
        long from = x.element_size(), to = probe.element_size();
        var sizes = x.shape;
        if (sizes.Length == 0 || !x.is_contiguous() || sizes[^1] * from % to != 0 || x.storage_offset() * from % to != 0)
        {
            throw new ShapeException(
                $"{Shapes.Format(sizes)} {x.dtype} (offset {x.storage_offset()}) cannot be seen as {type}: its last axis and offset must divide by {to} bytes and lie together.");
        }

        return Dispatcher.IsAvailable ? Dispatcher.ViewAs(x, type) : Copy(x, type, [.. sizes[..^1], sizes[^1] * from / to]);
    }

    private static Tensor Copy(Tensor x, ScalarType type, long[] shape)
    {
        using var source = x.cpu();
        var result = empty(shape, type);
        source.bytes.CopyTo(result.bytes);
        if (x.device_type == TorchSharp.DeviceType.CPU)
        {
            return result;
        }

        using (result)
        {
            return result.to(x.device);
        }
    }
}
