using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>Tensors with arbitrary bits, the same for the same seed.</summary>
internal static class Samples
{
    public static IReadOnlyList<ScalarType> Types { get; } =
    [
        ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
        ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64, ScalarType.ComplexFloat32,
        ScalarType.ComplexFloat64,
    ];

    public static Tensor Tensor(ScalarType type, long[] shape, int seed)
    {
        var tensor = empty(shape, dtype: type);
        new Random(seed).NextBytes(tensor.bytes);
        if (type == ScalarType.Bool)
        {
            foreach (ref var value in tensor.bytes)
            {
                value &= 1;
            }
        }

        return tensor;
    }

    public static void AssertSameBits(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.bytes.SequenceEqual(actual.bytes));
    }
}
