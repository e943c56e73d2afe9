namespace Deep.Training;

/// <summary>
/// Sharpness-aware minimisation (SAM, 2010.01412) and its scale-free form (ASAM, 2102.11600): the gradient is taken
/// where the loss is worst nearby, so that training ends in flat minima.
/// </summary>
/// <remarks>
/// A step has two passes over the same batch with the same random draws: the first gradient g moves the weights to
/// w + e, the second is taken there and moves the weights from w (<see cref="Optimizer.Ascend"/> and
/// <see cref="Optimizer.Return"/>). SAM: e = ρ · g / (‖g‖ + 1e-12). ASAM: e = ρ · w² · g / (‖|w| · g‖ + 1e-12). The norm
/// runs over the parameters of all groups. Immutable, safe for many threads.
/// </remarks>
public sealed record SharpnessAwareMinimization
{
    /// <summary>
    /// ρ, the radius of the neighbourhood, above 0; 0.05 by default, as in the papers on SAM and NFNet. ASAM wants about
    /// ten times as much.
    /// </summary>
    public double Rho { get; init; } = 0.05;

    /// <summary>Whether the neighbourhood scales with each weight (ASAM).</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>
    /// The share of the batch from which the first gradient is taken, above 0 and at most 1, the default; the NFNet
    /// paper takes 0.2 for its largest models, which costs a fifth more time and not twice as much.
    /// </summary>
    public double AscentShare { get; init; } = 1;

    /// <summary>Throws where an option is out of its range.</summary>
    /// <exception cref="ConfigurationException">Names the option.</exception>
    public void Validate()
    {
        Require(Rho > 0 && double.IsFinite(Rho), nameof(Rho), "a finite number above 0", Rho);
        Require(AscentShare is > 0 and <= 1, nameof(AscentShare), "a number above 0 and at most 1", AscentShare);
    }

    private static void Require(bool holds, string setting, string expected, double found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(SharpnessAwareMinimization)}.{setting}", expected, found);
        }
    }
}
