using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>Matrix products and running extremes that throw where TorchSharp's own would end the process.</summary>
/// <remarks>
/// <c>torch.matmul</c>, <c>cummax</c> and <c>cummin</c> let native errors pass through an unguarded call, which terminates the process
/// with exit code 134 and cannot be caught. The product here is built from <c>mm</c> and <c>bmm</c>, which are guarded.
/// Autograd records all of them. Safe to call from many threads.
/// </remarks>
public static class GuardedMatMul
{
    /// <summary>The matrix product, with NumPy's rules for vectors and batch axes.</summary>
    /// <param name="a">[..., M, K], or a vector [K].</param>
    /// <param name="b">[..., K, N], or a vector [K]. Same dtype and device as <paramref name="a"/>.</param>
    /// <returns>[..., M, N], without M or N where that side was a vector. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The inner sizes differ, the batch axes do not broadcast, or the dtypes or devices differ.</exception>
    public static Tensor MatMul(Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        long[] left = a.shape, right = b.shape;
        if (left.Length == 0 || right.Length == 0)
        {
            throw Mismatch("each side needs at least one axis", left, right);
        }

        if (left[^1] != right[right.Length == 1 ? 0 : ^2])
        {
            throw Mismatch($"the inner sizes {left[^1]} and {right[right.Length == 1 ? 0 : ^2]} differ", left, right);
        }

        if (a.dtype != b.dtype)
        {
            throw Mismatch($"the dtypes {a.dtype} and {b.dtype} differ", left, right);
        }

        if (a.device.ToString() != b.device.ToString())
        {
            throw Mismatch($"the devices {a.device} and {b.device} differ", left, right);
        }

        using var scope = NewDisposeScope();
        var rows = left.Length == 1 ? a.unsqueeze(0) : a;
        var columns = right.Length == 1 ? b.unsqueeze(1) : b;
        try
        {
            var product = Product(rows, columns, left, right);
            if (right.Length == 1)
            {
                product = product.squeeze(-1);
            }

            if (left.Length == 1)
            {
                product = product.squeeze(right.Length == 1 ? -1 : -2);
            }

            return product.MoveToOuterDisposeScope();
        }
        catch (ExternalException native)
        {
            throw new ShapeException($"Matrix product of {Shapes.Format(left)} and {Shapes.Format(right)} ({a.dtype}): {FirstLine(native)}", native);
        }
    }

    /// <summary>The largest value so far along an axis, and where it stands.</summary>
    /// <param name="x">Any shape with at least one axis; real numbers.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <returns>Values and indices (int64), both shaped like <paramref name="x"/>. The caller disposes both.</returns>
    /// <exception cref="ShapeException">The axis does not exist, or the numbers are complex.</exception>
    public static (Tensor Values, Tensor Indices) CumulativeMax(Tensor x, long axis)
    {
        RequireOrdered(x, axis, "cumulative maximum");
        return x.cummax(axis);
    }

    /// <summary>The smallest value so far along an axis, and where it stands.</summary>
    /// <param name="x">Any shape with at least one axis; real numbers.</param>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <returns>Values and indices (int64), both shaped like <paramref name="x"/>. The caller disposes both.</returns>
    /// <exception cref="ShapeException">The axis does not exist, or the numbers are complex.</exception>
    public static (Tensor Values, Tensor Indices) CumulativeMin(Tensor x, long axis)
    {
        RequireOrdered(x, axis, "cumulative minimum");
        return x.cummin(axis);
    }

    private static Tensor Product(Tensor a, Tensor b, long[] left, long[] right)
    {
        if (a.dim() == 2 && b.dim() == 2)
        {
            return a.mm(b);
        }

        if (b.dim() == 2)
        {
            // One product for the whole batch: the rows of all its matrices under each other.
            return a.reshape(-1, left[^1]).mm(b).reshape([.. left[..^1], b.size(1)]);
        }

        long[] leftBatch = left.Length > 2 ? left[..^2] : [], rightBatch = right[..^2];
        var batch = Shapes.Broadcast(leftBatch, rightBatch)
            ?? throw Mismatch($"the batch axes {Shapes.Format(leftBatch)} and {Shapes.Format(rightBatch)} do not broadcast", left, right);
        long m = a.size(-2), k = a.size(-1), n = b.size(-1);
        var count = batch.Aggregate(1L, (product, size) => product * size);
        var x = a.expand([.. batch, m, k]).reshape(count, m, k);
        var y = b.expand([.. batch, k, n]).reshape(count, k, n);
        return x.bmm(y).reshape([.. batch, m, n]);
    }

    private static void RequireOrdered(Tensor x, long axis, string operation)
    {
        ArgumentNullException.ThrowIfNull(x);
        var rank = x.dim();
        if (rank == 0 || axis < -rank || axis >= rank)
        {
            throw new ShapeException($"The {operation} along axis {axis} needs a tensor with that axis, but it is {Shapes.Format(x.shape)}.");
        }

        if (x.is_complex() || x.is_sparse)
        {
            throw new ShapeException($"The {operation} needs dense real numbers, but the tensor holds {x.dtype}.");
        }
    }

    private static ShapeException Mismatch(string reason, long[] a, long[] b) =>
        new($"Matrix product of {Shapes.Format(a)} and {Shapes.Format(b)}: {reason}.");

    private static string FirstLine(Exception error) => error.Message.Split('\n', 2)[0];
}
