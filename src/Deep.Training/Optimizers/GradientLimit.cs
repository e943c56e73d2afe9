namespace Deep.Training;

/// <summary>A bound on all gradients of a step, taken before adaptive clipping, decay and the update.</summary>
/// <remarks>Adaptive clipping, which bounds each unit by its weight, stands in <see cref="ParameterGroup.Clipping"/>.</remarks>
public abstract record GradientLimit
{
    private GradientLimit()
    {
    }

    /// <summary>All gradients are shortened by one factor, so that their common norm is at most this.</summary>
    /// <param name="maximum">The largest 2-norm over all groups, above 0; 1 is common.</param>
    /// <returns>The rule: g · min(1, maximum / (norm + 1e-6)), PyTorch's.</returns>
    /// <exception cref="ConfigurationException">The maximum is not a finite number above 0.</exception>
    public static GradientLimit GlobalNorm(double maximum) => new GlobalNormRule(Checked(maximum, nameof(GlobalNorm)));

    /// <summary>Each element of a gradient is bounded for itself.</summary>
    /// <param name="maximum">The largest absolute value, above 0.</param>
    /// <returns>The rule: min(max(g, −maximum), maximum).</returns>
    /// <exception cref="ConfigurationException">The maximum is not a finite number above 0.</exception>
    public static GradientLimit Value(double maximum) => new ValueRule(Checked(maximum, nameof(Value)));

    private static double Checked(double maximum, string rule) =>
        maximum > 0 && double.IsFinite(maximum)
            ? maximum
            : throw new ConfigurationException($"GradientLimit.{rule}", "a finite number above 0", maximum);

    internal sealed record GlobalNormRule(double Maximum) : GradientLimit
    {
        // Keeps a norm of zero from dividing, as in PyTorch's clip_grad_norm_.
        private const double Margin = 1e-6;

        public double Factor(double norm) => Math.Min(1, Maximum / (norm + Margin));
    }

    internal sealed record ValueRule(double Maximum) : GradientLimit;
}
