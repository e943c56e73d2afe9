using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>A shortcut that keeps q: w · skip + √(1 − w²) · residual (DKS and TAT papers).</summary>
/// <remarks>Where skip and residual are independent with mean square 1, so is the sum. Immutable and safe for many threads.</remarks>
public sealed record NormalizedSkip
{
    /// <summary>w, 0 (no shortcut) to 1 (nothing else). Default √½: equal shares.</summary>
    public double Weight
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ConfigurationException($"{nameof(NormalizedSkip)}.{nameof(Weight)}", "from 0 to 1", value);
    }

    = Math.Sqrt(0.5);

    /// <summary>√(1 − w²).</summary>
    public double ResidualWeight => Math.Sqrt((1 - Weight) * (1 + Weight));

    /// <summary>The sum.</summary>
    /// <param name="skip">Any shape, float.</param>
    /// <param name="residual">Same shape and dtype.</param>
    /// <returns>Same shape and dtype, with gradient. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public Tensor Apply(Tensor skip, Tensor residual)
    {
        Shapes.RequireFloat(skip);
        Shapes.Require(residual, skip.shape);
        using var weighted = skip.Times(Weight);
        return weighted.Plus(residual, ResidualWeight);
    }
}
