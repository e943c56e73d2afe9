using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// out outputs, in inputs, k kernel sizes

/// <summary>Orthogonal initialisers for weights [out, in, ...], in place and without gradient.</summary>
/// <remarks>
/// The scaled-corrected uniform orthogonal distribution (SUO) of the DKS paper (2110.01765) multiplies by max(√(out / in), 1), so that a layer keeps
/// the mean square q of its inputs whatever its shape. The two sizes are read as PyTorch has them, outputs first; the reference's PyTorch port reads
/// them the other way round, which is wrong for weights that are not square. Not safe for many threads with one generator.
/// </remarks>
public static class Initialization
{
    /// <summary>A uniformly drawn matrix with orthonormal rows, or columns where there are fewer of them.</summary>
    /// <param name="weight">[out, in, ...]; what follows the outputs is one axis. Filled in place.</param>
    /// <param name="gain">A factor on the matrix.</param>
    /// <param name="generator">The source of chance; null for the process's own.</param>
    /// <returns><paramref name="weight"/>.</returns>
    /// <exception cref="ShapeException">It has fewer than two axes, no elements, or no floating point numbers.</exception>
    public static Tensor OrthogonalInPlace(Tensor weight, double gain = 1, Generator? generator = null)
    {
        RequireMatrix(weight);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        weight.copy_(Orthogonal(weight, weight.size(0), weight.numel() / weight.size(0), gain, generator).reshape(weight.shape));
        return weight;
    }

    /// <summary>SUO: an orthogonal matrix times max(√(out / in), 1), with all axes but the first as inputs.</summary>
    /// <param name="weight">[out, in, ...]. Filled in place.</param>
    /// <param name="gain">A further factor; 1 for DKS and TAT.</param>
    /// <param name="generator">The source of chance; null for the process's own.</param>
    /// <returns><paramref name="weight"/>.</returns>
    /// <exception cref="ShapeException">It has fewer than two axes, no elements, or no floating point numbers.</exception>
    public static Tensor ScaledUniformOrthogonalInPlace(Tensor weight, double gain = 1, Generator? generator = null)
    {
        RequireMatrix(weight);
        var outputs = weight.size(0);
        return OrthogonalInPlace(weight, gain * Correction(outputs, weight.numel() / outputs), generator);
    }

    /// <summary>The delta initialisation of convolutions: SUO over channels at the centre of the kernel, zero elsewhere.</summary>
    /// <param name="weight">[out, in, k, ...] with odd kernel sizes; a matrix [out, in] is filled as by SUO. Filled in place.</param>
    /// <param name="gain">A further factor; 1 for DKS and TAT.</param>
    /// <param name="generator">The source of chance; null for the process's own.</param>
    /// <returns><paramref name="weight"/>.</returns>
    /// <exception cref="ShapeException">A kernel size is even, so that there is no centre; or it is no weight.</exception>
    public static Tensor DeltaOrthogonalInPlace(Tensor weight, double gain = 1, Generator? generator = null)
    {
        RequireMatrix(weight);
        var sizes = weight.shape;
        if (sizes.AsSpan(2).ToArray().Any(size => size % 2 == 0))
        {
            throw new ShapeException($"The delta initialisation needs kernels of odd size, which have a centre, but the weight is {Shapes.Format(sizes)}.");
        }

        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        weight.zero_();
        var centre = weight;
        for (var axis = 2; axis < sizes.Length; axis++)
        {
            centre = centre.select(2, sizes[axis] / 2);
        }

        centre.copy_(Orthogonal(weight, sizes[0], sizes[1], gain * Correction(sizes[0], sizes[1]), generator));
        return weight;
    }

    private static double Correction(long outputs, long inputs) => Math.Max(Math.Sqrt((double)outputs / inputs), 1);

    // The QR factors of a normal matrix, with the signs by which Q is uniform (math-ph/0609050). In 64 bits: half precision has no QR.
    private static Tensor Orthogonal(Tensor like, long rows, long columns, double gain, Generator? generator)
    {
        var (tall, wide) = (Math.Max(rows, columns), Math.Min(rows, columns));
        var normal = zeros([tall, wide], ScalarType.Float64).normal_(0, 1, generator);
        var (q, r) = linalg.qr(normal);
        var uniform = q.mul(r.diagonal().sign());
        return (rows < columns ? uniform.t() : uniform).TimesInPlace(gain).to(like.dtype, like.device);
    }

    private static void RequireMatrix(Tensor weight)
    {
        Shapes.RequireFloat(weight);
        if (weight.dim() < 2 || weight.numel() == 0)
        {
            throw new ShapeException($"A weight has outputs, inputs and perhaps kernel sizes, but is {Shapes.Format(weight.shape)}.");
        }
    }
}
