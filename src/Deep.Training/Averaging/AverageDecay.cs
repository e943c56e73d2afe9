namespace Deep.Training;

/// <summary>
/// The rule by which a <see cref="WeightAverage"/> forgets: the share of the old average that is kept at a step.
/// </summary>
public abstract record AverageDecay
{
    private AverageDecay()
    {
    }

    /// <summary>The share of the old average that is kept, 0 to 1.</summary>
    /// <param name="index">The number of the step, from 0.</param>
    public abstract double At(long index);

    /// <summary>The same decay at each step.</summary>
    /// <param name="decay">0 to below 1.</param>
    public static AverageDecay Fixed(double decay) => new FixedRule(Checked(decay));

    /// <summary>
    /// min(decay, (1 + step) / (10 + step)), TensorFlow's warm-up, which the NFNet papers use with 0.99999.
    /// </summary>
    /// <param name="decay">The limit, 0 to below 1.</param>
    public static AverageDecay TensorFlow1(double decay) => new TensorFlow1Rule(Checked(decay));

    /// <summary>
    /// timm's ModelEmaV3: 0 until the first update counts, then fixed or 1 − (1 + n / gamma)^−power between two limits.
    /// </summary>
    /// <param name="decay">The upper limit, 0 to below 1.</param>
    /// <param name="warmup">Whether the decay grows by the power rule.</param>
    /// <param name="gamma">Above 0; the larger, the longer the warm-up.</param>
    /// <param name="power">Above 0: 2/3 for more than a million steps, 3/4 for shorter runs.</param>
    /// <param name="minimum">The lower limit of the power rule.</param>
    /// <param name="updateAfterStep">The number of steps during which the average only copies the weights.</param>
    public static AverageDecay TimmV3(
        double decay, bool warmup = false, double gamma = 1, double power = 2.0 / 3, double minimum = 0,
        long updateAfterStep = 0) =>
        new TimmV3Rule(Checked(decay), warmup, gamma, power, minimum, updateAfterStep);

    private static double Checked(double decay) =>
        decay is >= 0 and < 1
            ? decay
            : throw new ConfigurationException("AverageDecay.Decay", "a number from 0 to below 1", decay);

    private sealed record FixedRule(double Decay) : AverageDecay
    {
        public override double At(long index) => Decay;
    }

    private sealed record TensorFlow1Rule(double Decay) : AverageDecay
    {
        public override double At(long index) => Math.Min(Decay, (1.0 + index) / (10.0 + index));
    }

    private sealed record TimmV3Rule(
        double Decay, bool Warmup, double Gamma, double Power, double Minimum, long UpdateAfterStep) : AverageDecay
    {
        public override double At(long index)
        {
            var counted = Math.Max(0, index - UpdateAfterStep - 1);
            return counted == 0 ? 0
                : Warmup ? Math.Max(Math.Min(1 - Math.Pow(1 + (counted / Gamma), -Power), Decay), Minimum)
                : Decay;
        }
    }
}
