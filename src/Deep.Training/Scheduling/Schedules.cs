namespace Deep.Training;

/// <summary>Learning-rate schedules as pure functions of the step.</summary>
/// <remarks>
/// Those whose names begin with Warmup bring their own rise; any other gets one by
/// <see cref="ScheduleWarmup.AfterWarmup"/> or <see cref="ScheduleWarmup.UnderWarmup"/>. Each stays defined behind the
/// end of the run. All are safe for many threads.
/// </remarks>
public static partial class Schedules
{
    /// <summary>The same rate at each step.</summary>
    /// <param name="rate">0 or more.</param>
    public static Schedule Constant(double rate)
    {
        RequireRate("Schedules.Constant rate", rate);
        return _ => rate;
    }

    /// <summary>
    /// A linear rise, then half a cosine down: the schedule of the NFNet papers (deepmind-research, nfnets/optim.py).
    /// </summary>
    /// <param name="maximum">The rate at the end of the warm-up; the paper uses 0.1 · batch / 256.</param>
    /// <param name="warmupSteps">The length of the rise, 0 or more, fractions allowed; the paper's is 5 epochs.</param>
    /// <param name="steps">
    /// The number of steps at which <paramref name="minimum"/> is reached, above <paramref name="warmupSteps"/>.
    /// </param>
    /// <param name="start">The rate at step 0.</param>
    /// <param name="minimum">The rate at the end.</param>
    /// <returns>
    /// The rate of a step; the rise still holds at the step that equals <paramref name="warmupSteps"/>.
    /// </returns>
    /// <exception cref="ConfigurationException">
    /// A rate is negative, or the warm-up is not shorter than the run.
    /// </exception>
    public static Schedule WarmupCosine(
        double maximum, double warmupSteps, double steps, double start = 0, double minimum = 0)
    {
        RequireRate("Schedules.WarmupCosine maximum", maximum);
        RequireRate("Schedules.WarmupCosine start", start);
        RequireRate("Schedules.WarmupCosine minimum", minimum);
        if (!(warmupSteps >= 0 && warmupSteps < steps && double.IsFinite(steps)))
        {
            throw new ConfigurationException(
                "Schedules.WarmupCosine warmupSteps", $"from 0 to below the {steps} steps", warmupSteps);
        }

        return step => IsWarmup(step, warmupSteps)
            ? Rise(step, warmupSteps, start, maximum)
            : minimum + ((maximum - minimum) * 0.5
                * (1 + Math.Cos(Math.PI * Math.Min(1, (step - warmupSteps) / (steps - warmupSteps)))));
    }

    /// <summary>
    /// A linear rise, then a decay by a factor after each interval (deepmind-research, nfnets/optim.py).
    /// </summary>
    /// <param name="maximum">The rate at the end of the warm-up.</param>
    /// <param name="warmupSteps">The length of the rise, 0 or more.</param>
    /// <param name="decayFactor">
    /// The factor of each interval, above 0, at most 1; 0.97 in EfficientNet's recipe.
    /// </param>
    /// <param name="decayInterval">The steps of an interval, above 0.</param>
    /// <param name="start">The rate at step 0.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule WarmupExponential(
        double maximum, double warmupSteps, double decayFactor, double decayInterval, double start = 0)
    {
        RequireRate("Schedules.WarmupExponential maximum", maximum);
        RequireRate("Schedules.WarmupExponential start", start);
        RequireRate("Schedules.WarmupExponential warmupSteps", warmupSteps);
        RequireFactor("Schedules.WarmupExponential decayFactor", decayFactor);
        RequirePositive("Schedules.WarmupExponential decayInterval", decayInterval);
        return step => IsWarmup(step, warmupSteps)
            ? Rise(step, warmupSteps, start, maximum)
            : maximum * Math.Pow(decayFactor, Math.Floor((step - warmupSteps) / decayInterval));
    }

    // A warm-up of no steps has no rise: step 0 is already the first of the decay.
    private static bool IsWarmup(long step, double warmupSteps) => warmupSteps > 0 && step <= warmupSteps;

    private static double Rise(long step, double warmupSteps, double start, double maximum) =>
        start + ((maximum - start) * step / warmupSteps);

    internal static void RequireRate(string setting, double value) =>
        Require(value >= 0 && double.IsFinite(value), setting, "a finite number of 0 or more", value);

    private static void RequirePositive(string setting, double value) =>
        Require(value > 0 && double.IsFinite(value), setting, "a finite number above 0", value);

    private static void RequireFactor(string setting, double value) =>
        Require(value is > 0 and <= 1, setting, "above 0 and at most 1", value);

    private static void Require(bool holds, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException(setting, expected, found);
        }
    }
}
