namespace Deep.Checkpoints.NumPy;

/// <summary>Shapes of NumPy arrays as stored tensors.</summary>
internal static class NumPyArray
{
    private const int MaxRank = 64;

    /// <summary>How many bytes an array needs, or null when that overflows or the rank is absurd.</summary>
    public static long? SizeOf(NumPyType type, IReadOnlyList<long> shape)
    {
        if (shape.Count > MaxRank)
        {
            return null;
        }

        var bytes = (Int128)type.Bytes;
        var elements = (Int128)1;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                return null;
            }

            (bytes, elements) = (bytes * size, elements * size);
            if (bytes > long.MaxValue || elements > long.MaxValue)
            {
                return null;
            }
        }

        return (long)bytes;
    }

    /// <summary>
    /// The array as a stored tensor; a Fortran-ordered one becomes a view whose first axis runs fastest.
    /// </summary>
    public static StoredTensor Place(
        string name, NumPyType type, long[] shape, bool fortran, CheckpointBytes bytes, long offset, long length)
    {
        var info = new TensorInfo(name, type.Type, shape) { StoredType = type.Spelled };
        var reordered = fortran && shape.Count(size => size > 1) > 1;
        return new StoredTensor(info, bytes, offset, length)
        {
            BigEndian = type.BigEndian,
            Strides = reordered ? FortranStrides(shape) : null,
        };
    }

    private static long[] FortranStrides(long[] shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        return strides;
    }
}
