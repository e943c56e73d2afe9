using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>Checks that a tensor is what an operation takes, before anything native sees it.</summary>
/// <remarks>Each check returns the sizes, so that a caller reads them once: every read crosses into native code.</remarks>
public static class Shapes
{
    /// <summary>A size that may be anything.</summary>
    public const long Any = -1;

    /// <summary>Requires a shape.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="expected">One size for each axis; <see cref="Any"/> where it is free.</param>
    /// <param name="axes">The axes as the documentation writes them, such as <c>[N, C, H, W]</c>.</param>
    /// <param name="name">The argument's name; filled in by the compiler.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="ShapeException">The rank or a size differs.</exception>
    public static long[] Require(
        Tensor tensor,
        ReadOnlySpan<long> expected,
        string? axes = null,
        [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        var sizes = tensor.shape;
        var fits = sizes.Length == expected.Length;
        for (var axis = 0; fits && axis < sizes.Length; axis++)
        {
            fits = expected[axis] == Any || expected[axis] == sizes[axis];
        }

        return fits ? sizes : throw new ShapeException(
            $"{name} must be {Format(expected, axes)}, but is {Format(sizes)}.");
    }

    /// <summary>Requires a number of axes.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="rank">The number of axes.</param>
    /// <param name="axes">The axes as the documentation writes them.</param>
    /// <param name="name">The argument's name; filled in by the compiler.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="ShapeException">The rank differs.</exception>
    public static long[] RequireRank(
        Tensor tensor,
        int rank,
        string? axes = null,
        [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        var sizes = tensor.shape;
        return sizes.Length == rank ? sizes : throw new ShapeException(
            $"{name} must have {rank} axes{(axes is null ? "" : " " + axes)}, but is {Format(sizes)}.");
    }

    /// <summary>Requires a floating point tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="name">The argument's name; filled in by the compiler.</param>
    /// <exception cref="ShapeException">It holds integers, booleans or complex numbers.</exception>
    public static void RequireFloat(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16 or ScalarType.Float16))
        {
            throw new ShapeException($"{name} must hold floating point numbers, but holds {tensor.dtype}.");
        }
    }

    /// <summary>Sizes as text.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <returns>Such as <c>[8, 3, 192, 192]</c>.</returns>
    public static string Format(ReadOnlySpan<long> sizes)
    {
        var text = new DefaultInterpolatedStringHandler(2 + (2 * sizes.Length), sizes.Length);
        text.AppendLiteral("[");
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            text.AppendLiteral(axis == 0 ? "" : ", ");
            text.AppendFormatted(sizes[axis]);
        }

        text.AppendLiteral("]");
        return text.ToStringAndClear();
    }

    /// <summary>The shape that two shapes broadcast to.</summary>
    /// <param name="a">The sizes of one tensor.</param>
    /// <param name="b">The sizes of the other.</param>
    /// <returns>The common shape, or null where they do not broadcast.</returns>
    public static long[]? Broadcast(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            var left = fromEnd <= a.Length ? a[^fromEnd] : 1;
            var right = fromEnd <= b.Length ? b[^fromEnd] : 1;
            if (left != right && left != 1 && right != 1)
            {
                return null;
            }

            result[^fromEnd] = left == 1 ? right : left;
        }

        return result;
    }

    private static string Format(ReadOnlySpan<long> expected, string? axes) =>
        (axes is null ? "" : axes + " = ") + Format(expected).Replace("-1", "any", StringComparison.Ordinal);
}
