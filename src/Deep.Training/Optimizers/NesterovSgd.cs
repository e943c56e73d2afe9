using Deep.Tensors;

namespace Deep.Training;

/// <summary>
/// Stochastic gradient descent with momentum, Nesterov's by default, and adaptive clipping per group: the NFNet
/// optimiser.
/// </summary>
/// <remarks>
/// For each step, in this order (2102.06171, appendix A; deepmind-research, nfnets/optim.py): the gradient is clipped,
/// the decayed weight is added to it, the velocity becomes momentum · velocity + (1 − dampening) · gradient, the update
/// is gradient + momentum · velocity (or the velocity itself without Nesterov), and the weight moves by minus the
/// learning rate times it.
/// </remarks>
public sealed class NesterovSgd : Optimizer
{
    /// <summary>An optimiser of parameter groups.</summary>
    /// <param name="groups">The groups; a parameter may be in one of them only.</param>
    /// <param name="momentum">0 to below 1; the papers use 0.9.</param>
    /// <param name="nesterov">Whether to look ahead along the velocity.</param>
    /// <param name="dampening">
    /// The share of the gradient that does not enter the velocity, 0 to 1; 0 in the papers.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// An option is out of its range, or a parameter is in two groups.
    /// </exception>
    /// <exception cref="DeviceException">The parameters of a group are on different devices.</exception>
    public NesterovSgd(
        IReadOnlyList<ParameterGroup> groups, double momentum = 0.9, bool nesterov = true, double dampening = 0)
        : base(Checked(groups, momentum, dampening), "velocity")
    {
        (Momentum, Nesterov, Dampening) = (momentum, nesterov, dampening);
    }

    /// <summary>The share of the velocity that is kept.</summary>
    public double Momentum { get; }

    /// <summary>Whether the update looks ahead along the velocity.</summary>
    public bool Nesterov { get; }

    /// <summary>The share of the gradient that does not enter the velocity.</summary>
    public double Dampening { get; }

    private protected override string Rule => FormattableString.Invariant(
        $"{nameof(NesterovSgd)} (momentum {Momentum}, nesterov {Nesterov}, dampening {Dampening})");

    private protected override void Update(FlatParameterGroup group, double learningRate) => FusedSgd.Step(
        [group.Weights], [group.Gradients], [group.Moments[0]], learningRate,
        Momentum, Dampening, Nesterov, group.Options.WeightDecay);

    private static IReadOnlyList<ParameterGroup> Checked(
        IReadOnlyList<ParameterGroup> groups, double momentum, double dampening)
    {
        if (!(momentum >= 0 && momentum < 1))
        {
            throw new ConfigurationException("NesterovSgd.Momentum", "a number from 0 to below 1", momentum);
        }

        if (!(dampening >= 0 && dampening <= 1))
        {
            throw new ConfigurationException("NesterovSgd.Dampening", "a number from 0 to 1", dampening);
        }

        return groups;
    }
}
