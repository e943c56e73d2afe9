using Deep.Tensors;

namespace Deep.Training;

/// <summary>Adam with decoupled weight decay (AdamW, 1711.05101), and adaptive clipping per group where a group asks for it.</summary>
/// <remarks>
/// For each step, in this order: the gradient is clipped, the weight shrinks by learning rate · decay, the moments
/// become m = β₁ · m + (1 − β₁) · g and v = β₂ · v + (1 − β₂) · g², and the weight moves by minus the learning rate times
/// m̂ / (√v̂ + ε), where m̂ and v̂ are corrected for their start at zero. The moments are saved as <c>first/</c> and
/// <c>second/</c>. One native call for each group where libtorch's C interface is there. Adaptive gradient clipping was
/// made for momentum: with AdamW its factor has to be tuned anew.
/// </remarks>
public sealed class AdamW : Optimizer
{
    /// <summary>An optimiser of parameter groups.</summary>
    /// <param name="groups">The groups; a parameter may be in one of them only.</param>
    /// <param name="beta1">How much of the first moment is kept, 0 to below 1.</param>
    /// <param name="beta2">How much of the second moment is kept, 0 to below 1; 0.95 to 0.98 for transformers.</param>
    /// <param name="epsilon">Added to the root of the second moment, above 0.</param>
    /// <exception cref="ConfigurationException">
    /// An option is out of its range, or a parameter is in two groups.
    /// </exception>
    /// <exception cref="DeviceException">The parameters of a group are on different devices.</exception>
    public AdamW(
        IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(MomentRules.Checked(nameof(AdamW), groups, beta1, beta2, epsilon), MomentRules.First, MomentRules.Second)
    {
        (Beta1, Beta2, Epsilon) = (beta1, beta2, epsilon);
    }

    /// <summary>β₁, the share of the first moment that is kept.</summary>
    public double Beta1 { get; }

    /// <summary>β₂, the share of the second moment that is kept.</summary>
    public double Beta2 { get; }

    /// <summary>ε, which is added to the root of the second moment.</summary>
    public double Epsilon { get; }

    private protected override string Rule => FormattableString.Invariant(
        $"{nameof(AdamW)} (beta {Beta1}, {Beta2}, epsilon {Epsilon})");

    private protected override void Update(FlatParameterGroup group, double learningRate) => FusedAdamW.Step(
        [group.Weights], [group.Gradients], [group.Moments[0]], [group.Moments[1]], Steps, learningRate,
        Beta1, Beta2, Epsilon, group.Options.WeightDecay);
}
