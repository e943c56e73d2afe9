using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>
/// Adaptive gradient clipping: a unit's gradient is bounded relative to its weight (NFNet, section 4.1, equation 3).
/// </summary>
/// <remarks>
/// G_i becomes λ · max(‖W_i‖, ε) / max(‖G_i‖, 1e-6) · G_i wherever ‖G_i‖ &gt; λ · max(‖W_i‖, ε); every other unit stays
/// as it is, to the bit. The weight of the classifier is to be left out (<see cref="ParameterGroup.ByRole"/> does).
/// Immutable, safe for many threads.
/// </remarks>
public sealed record AdaptiveGradientClipping
{
    private const double SmallestGradientNorm = 1e-6;

    /// <summary>λ, above 0. The paper uses 0.01 at batch 1,024 to 4,096 and up to 0.16 at smaller batches.</summary>
    public double ClipFactor { get; init; } = 0.01;

    /// <summary>ε, above 0, default 1e-3 as in the paper: lets weights that start at zero move.</summary>
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>Which parts of a tensor are one unit; the paper's rule by default.</summary>
    public ClippingUnits Units { get; init; } = ClippingUnits.DeepMind;

    /// <summary>The order of the norms: 1, 2 (the paper's, the default) or positive infinity.</summary>
    public double NormOrder { get; init; } = 2;

    /// <summary>The clipped form of one gradient, as a new tensor.</summary>
    /// <param name="parameter">The weight, of any shape, output axis first.</param>
    /// <param name="gradient">Its gradient, of the same shape, dtype and device.</param>
    /// <returns>A new tensor of the gradient's shape; the caller disposes it.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public Tensor Clip(Tensor parameter, Tensor gradient)
    {
        Validate();
        if (!parameter.shape.SequenceEqual(gradient.shape))
        {
            throw new ShapeException(
                $"A gradient of shape [{string.Join(", ", gradient.shape)}] cannot belong to a parameter of shape "
                + $"[{string.Join(", ", parameter.shape)}].");
        }

        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var length = UnitLength(parameter.shape);
        var gradients = gradient.reshape(-1, length);
        var scale = Scale(parameter.reshape(-1, length), gradients, out _);
        return (gradients * scale).reshape(gradient.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Clips the gradients of parameters in place, one parameter after the other.</summary>
    /// <param name="parameters">Parameters with or without a gradient; those without are passed over.</param>
    /// <returns>How many units there were and how many of them were clipped.</returns>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    /// <remarks>
    /// The plain form for any optimiser; <see cref="NesterovSgd"/> does the same on many parameters at once.
    /// </remarks>
    public ClippingStatistics ClipInPlace(IEnumerable<Tensor> parameters)
    {
        Validate();
        using var withoutGradient = no_grad();
        long units = 0, clipped = 0;
        foreach (var parameter in parameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.grad is { } gradient)
            {
                var length = UnitLength(parameter.shape);
                var scale = Scale(parameter.reshape(-1, length), gradient.reshape(-1, length), out var isClipped);
                gradient.mul_(scale.numel() == 1 ? scale.reshape([]) : scale.reshape([-1, .. Ones(parameter.dim() - 1)]));
                units += isClipped.numel();
                clipped += isClipped.sum().item<long>();
            }
        }

        return new ClippingStatistics(units, clipped);
    }

    /// <summary>The number of elements in each unit of a tensor of this shape.</summary>
    internal long UnitLength(ReadOnlySpan<long> shape)
    {
        long elements = 1;
        var longDimensions = 0;
        foreach (var size in shape)
        {
            elements *= size;
            longDimensions += size > 1 ? 1 : 0;
        }

        var isOneUnit = Units == ClippingUnits.DeepMind ? longDimensions <= 1 : shape.Length <= 1;
        return isOneUnit ? elements : elements / shape[0];
    }

    /// <summary>The factor of each unit's gradient: 1 where it is not clipped.</summary>
    /// <param name="weights">[units, length].</param>
    /// <param name="gradients">[units, length].</param>
    /// <param name="isClipped">[units, 1] of bool.</param>
    /// <returns>[units, 1].</returns>
    internal Tensor Scale(Tensor weights, Tensor gradients, out Tensor isClipped)
    {
        using Scalar epsilon = Epsilon, clipFactor = ClipFactor, smallest = SmallestGradientNorm;
        var largest = weights.norm(1, keepdim: true, (float)NormOrder).clamp_min_(epsilon).mul_(clipFactor);
        var norm = gradients.norm(1, keepdim: true, (float)NormOrder);
        isClipped = norm.gt(largest);
        return where(isClipped, largest.div_(norm.clamp_min_(smallest)), ones_like(norm));
    }

    internal void Validate()
    {
        Require(ClipFactor > 0 && double.IsFinite(ClipFactor), nameof(ClipFactor), "a finite number above 0", ClipFactor);
        Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), "a finite number above 0", Epsilon);
        Require(NormOrder is 1 or 2 or double.PositiveInfinity, nameof(NormOrder), "1, 2 or infinity", NormOrder);
    }

    private static void Require(bool holds, string setting, string expected, double found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"AdaptiveGradientClipping.{setting}", expected, found);
        }
    }

    private static IEnumerable<long> Ones(long count) => Enumerable.Repeat(1L, (int)count);
}
