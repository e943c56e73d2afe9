using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>Layer-wise adaptive moments for large batches (LAMB, 1904.00962, algorithm 2).</summary>
/// <remarks>
/// For each step: the gradient is clipped, the moments become m = β₁ · m + (1 − β₁) · g and v = β₂ · v + (1 − β₂) · g²,
/// the direction is r = m̂ / (√v̂ + ε) + decay · w, and the weight tensor moves by minus learning rate · ‖w‖ / ‖r‖ · r.
/// The trust ratio ‖w‖ / ‖r‖ is that of a whole parameter tensor, and 1 where either norm is 0. As in the authors' code,
/// groups without weight decay (gains and biases) move with a ratio of 1, unless <see cref="AdaptsUndecayed"/>. The
/// moments are saved as <c>first/</c> and <c>second/</c>.
/// </remarks>
public sealed class Lamb : Optimizer
{
    /// <summary>An optimiser of parameter groups.</summary>
    /// <param name="groups">The groups; a parameter may be in one of them only.</param>
    /// <param name="beta1">How much of the first moment is kept, 0 to below 1.</param>
    /// <param name="beta2">How much of the second moment is kept, 0 to below 1.</param>
    /// <param name="epsilon">Added to the root of the second moment, above 0.</param>
    /// <param name="adaptsUndecayed">Whether groups without weight decay have a trust ratio too.</param>
    /// <exception cref="ConfigurationException">
    /// An option is out of its range, or a parameter is in two groups.
    /// </exception>
    /// <exception cref="DeviceException">The parameters of a group are on different devices.</exception>
    public Lamb(
        IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-6,
        bool adaptsUndecayed = false)
        : base(MomentRules.Checked(nameof(Lamb), groups, beta1, beta2, epsilon), MomentRules.First, MomentRules.Second)
    {
        (Beta1, Beta2, Epsilon, AdaptsUndecayed) = (beta1, beta2, epsilon, adaptsUndecayed);
    }

    /// <summary>β₁, the share of the first moment that is kept.</summary>
    public double Beta1 { get; }

    /// <summary>β₂, the share of the second moment that is kept.</summary>
    public double Beta2 { get; }

    /// <summary>ε, which is added to the root of the second moment.</summary>
    public double Epsilon { get; }

    /// <summary>Whether groups without weight decay have a trust ratio too.</summary>
    public bool AdaptsUndecayed { get; }

    private protected override string Rule => FormattableString.Invariant(
        $"{nameof(Lamb)} (beta {Beta1}, {Beta2}, epsilon {Epsilon}, adapts undecayed {AdaptsUndecayed})");

    private protected override void Update(FlatParameterGroup group, double learningRate)
    {
        using var scope = NewDisposeScope();
        var (gradient, decay) = (group.Gradients, group.Options.WeightDecay);
        var first = group.Moments[0].TimesInPlace(Beta1).PlusInPlace(gradient, 1 - Beta1);
        using Scalar newShare = 1 - Beta2, bias = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        var second = group.Moments[1].TimesInPlace(Beta2).addcmul_(gradient, gradient, newShare);
        var deviation = second.sqrt().div_(bias).PlusInPlace(Epsilon);

        // The gradient is used up: the direction takes its place.
        var direction = gradient.copy_(first).div_(deviation).TimesInPlace(1 / (1 - Math.Pow(Beta1, Steps)));
        if (decay != 0)
        {
            direction.PlusInPlace(group.Weights, decay);
        }

        if (decay != 0 || AdaptsUndecayed)
        {
            foreach (var (weights, directions) in group.TensorMatrices)
            {
                directions.mul_(TrustRatio(weights, directions));
            }
        }

        group.Weights.PlusInPlace(direction, -learningRate);
    }

    // [tensors, elements] each -> [tensors, 1].
    private static Tensor TrustRatio(Tensor weights, Tensor directions)
    {
        using Scalar zero = 0;
        var (weightNorm, directionNorm) = (weights.norm(1, keepdim: true, 2), directions.norm(1, keepdim: true, 2));
        var isDefined = weightNorm.gt(zero).logical_and_(directionNorm.gt(zero));
        return where(isDefined, weightNorm / directionNorm, ones_like(weightNorm));
    }
}
