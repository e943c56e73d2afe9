using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>Arithmetic between tensors and numbers that holds the number while native code reads it.</summary>
/// <remarks>
/// TorchSharp wraps a number in a native scalar that only its finalizer frees, and nothing keeps the wrapper alive during the call:
/// a collection at that moment frees the scalar while it is read, which gives a wrong number, an "Unknown scalar type" or the end of the
/// process. It happens wherever a number is converted implicitly, and hidden in <c>a + b</c> and <c>add(tensor)</c> (whose alpha is 1),
/// <c>square</c>, <c>elu</c>, <c>softplus</c>, <c>leaky_relu</c> and <c>linalg.vector_norm</c> too. Elsewhere hold it yourself:
/// <c>using Scalar half = 0.5;</c>. Autograd records all of these. Safe to call from many threads.
/// </remarks>
public static class GuardedArithmetic
{
    /// <summary>The number 1, held for as long as the process lives.</summary>
    public static Scalar One { get; } = 1;

    /// <summary>a + b.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with <paramref name="a"/>'s.</param>
    /// <returns>A new tensor; the caller disposes it.</returns>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + number.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="number">Added to each element.</param>
    /// <returns>A new tensor; the caller disposes it.</returns>
    public static Tensor Plus(this Tensor a, double number)
    {
        using Scalar held = number;
        return a.add(held, One);
    }

    /// <summary>a + factor · b.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with <paramref name="a"/>'s.</param>
    /// <param name="factor">The factor of <paramref name="b"/>.</param>
    /// <returns>A new tensor; the caller disposes it.</returns>
    public static Tensor Plus(this Tensor a, Tensor b, double factor)
    {
        using Scalar held = factor;
        return a.add(b, held);
    }

    /// <summary>a · number.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="number">The factor of each element.</param>
    /// <returns>A new tensor; the caller disposes it.</returns>
    public static Tensor Times(this Tensor a, double number)
    {
        using Scalar held = number;
        return a.mul(held);
    }

    /// <summary>Adds b to a in place.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts to <paramref name="a"/>'s.</param>
    /// <returns><paramref name="a"/>.</returns>
    public static Tensor PlusInPlace(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>Adds a number to each element in place.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="number">The number.</param>
    /// <returns><paramref name="a"/>.</returns>
    public static Tensor PlusInPlace(this Tensor a, double number)
    {
        using Scalar held = number;
        return a.add_(held, One);
    }

    /// <summary>Adds factor · b to a in place.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts to <paramref name="a"/>'s.</param>
    /// <param name="factor">The factor of <paramref name="b"/>.</param>
    /// <returns><paramref name="a"/>.</returns>
    public static Tensor PlusInPlace(this Tensor a, Tensor b, double factor)
    {
        using Scalar held = factor;
        return a.add_(b, held);
    }

    /// <summary>Multiplies each element by a number in place.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="number">The factor.</param>
    /// <returns><paramref name="a"/>.</returns>
    public static Tensor TimesInPlace(this Tensor a, double number)
    {
        using Scalar held = number;
        return a.mul_(held);
    }
}
