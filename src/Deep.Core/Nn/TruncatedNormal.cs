using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

/// <summary>Fills a tensor from a normal distribution of mean 0 that is cut at two deviations.</summary>
/// <remarks>
/// By the inverse of the distribution. TorchSharp 0.107's <c>init.trunc_normal_</c> fills a tensor with one and the same number. The standard
/// deviation of what is left is 0.8796 times that of the normal distribution.
/// </remarks>
public static class TruncatedNormal
{
    // Of a normal variable, within two standard deviations.
    private const double Share = 0.95449973610364158;

    /// <summary>Draws every element anew, without gradient.</summary>
    /// <param name="tensor">Any shape and float dtype.</param>
    /// <param name="deviation">The standard deviation before the cut, 0 or more.</param>
    /// <exception cref="ConfigurationException">The deviation is negative or not finite.</exception>
    public static void FillInPlace(Tensor tensor, double deviation)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!(deviation >= 0) || !double.IsFinite(deviation))
        {
            throw new ConfigurationException(nameof(deviation), "finite, 0 or more", deviation);
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var uniform = rand(tensor.shape, ScalarType.Float32, tensor.device);
        tensor.copy_(uniform.TimesInPlace(2 * Share).PlusInPlace(-Share).erfinv_().TimesInPlace(Math.Sqrt(2) * deviation));
    }
}
