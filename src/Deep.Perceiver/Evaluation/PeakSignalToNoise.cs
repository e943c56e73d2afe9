using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>The ratio of the largest signal to the error of a reconstruction, in decibels.</summary>
public static class PeakSignalToNoise
{
    /// <summary>10 · log10(peak² / mean squared error), over all elements together.</summary>
    /// <param name="reconstruction">Any shape, float.</param>
    /// <param name="original">The same shape.</param>
    /// <param name="peak">The largest distance of two values, above 0: 1 for pictures in [0, 1], 2 for sound in [−1, 1]. Default 1.</param>
    /// <returns>Decibels; infinity where the two are equal.</returns>
    /// <exception cref="ShapeException">The shapes differ, there is no element, or the numbers are not floats.</exception>
    /// <exception cref="ConfigurationException">The peak is not a finite number above 0.</exception>
    public static double Of(Tensor reconstruction, Tensor original, double peak = 1)
    {
        if (!(peak > 0 && double.IsFinite(peak)))
        {
            throw new ConfigurationException("peak", "a finite number above 0", peak);
        }

        Shapes.RequireFloat(reconstruction);
        Shapes.RequireFloat(original);
        Shapes.Require(reconstruction, original.shape, "the shape of the original");
        if (original.numel() == 0)
        {
            throw new ShapeException("A reconstruction must have one element or more, but has none.");
        }

        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var difference = reconstruction.to(ScalarType.Float64).sub(original.to(ScalarType.Float64));
        return 10 * Math.Log10(peak * peak / difference.mul(difference).mean().item<double>());
    }
}
