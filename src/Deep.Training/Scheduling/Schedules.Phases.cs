namespace Deep.Training;

public static partial class Schedules
{
    /// <summary>A rise, a long constant stretch and a fall at the end (warm-up, stable, decay; 2404.06395).</summary>
    /// <param name="rate">The rate of the constant stretch.</param>
    /// <param name="warmupSteps">The steps of the rise, 0 or more.</param>
    /// <param name="stableSteps">The steps of the constant stretch, 0 or more.</param>
    /// <param name="decaySteps">The steps of the fall, 1 or more.</param>
    /// <param name="start">The rate at step 0.</param>
    /// <param name="minimum">The rate after the fall.</param>
    /// <param name="warmupShape">The shape of the rise.</param>
    /// <param name="decayShape">The shape of the fall.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    /// <remarks>In Transformers start and minimum are the same: the minimum ratio times the rate.</remarks>
    public static Schedule WarmupStableDecay(
        double rate, long warmupSteps, long stableSteps, long decaySteps, double start = 0, double minimum = 0,
        RampShape warmupShape = RampShape.Linear, RampShape decayShape = RampShape.Cosine)
    {
        RequireRate("Schedules.WarmupStableDecay rate", rate);
        RequireRate("Schedules.WarmupStableDecay minimum", minimum);
        Require(stableSteps >= 0, "Schedules.WarmupStableDecay stableSteps", "0 or more", stableSteps);
        Require(decaySteps >= 1, "Schedules.WarmupStableDecay decaySteps", "1 or more", decaySteps);
        RequireShape("Schedules.WarmupStableDecay decayShape", decayShape);
        Schedule body = step => Between(
            rate, minimum, Math.Clamp((step - stableSteps) / (double)decaySteps, 0, 1), decayShape);
        return body.AfterWarmup(warmupSteps, start, warmupShape);
    }

    /// <summary>One rise and one fall to far below the start (super-convergence, 1708.07120).</summary>
    /// <param name="maximum">The highest rate.</param>
    /// <param name="steps">The steps of the run, 2 or more; the last rate is that of step − 1.</param>
    /// <param name="riseShare">The share of the steps in which the rate rises, from 0 to below 1.</param>
    /// <param name="startDivisor">The highest rate over the first, above 0.</param>
    /// <param name="endDivisor">The first rate over the last, above 0.</param>
    /// <param name="shape">The shape of all phases.</param>
    /// <param name="fallsToStartFirst">
    /// Whether the rate falls to its first value in as many steps as it rose, and then from there to the last value (the
    /// three phases of the paper); <paramref name="riseShare"/> is then at most 0.5.
    /// </param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    /// <remarks>torch.optim.lr_scheduler.OneCycleLR, whose phases end one step before their share of the steps.</remarks>
    public static Schedule OneCycle(
        double maximum, long steps, double riseShare = 0.3, double startDivisor = 25, double endDivisor = 1e4,
        RampShape shape = RampShape.Cosine, bool fallsToStartFirst = false)
    {
        RequireRate("Schedules.OneCycle maximum", maximum);
        RequirePositive("Schedules.OneCycle startDivisor", startDivisor);
        RequirePositive("Schedules.OneCycle endDivisor", endDivisor);
        RequireShape("Schedules.OneCycle shape", shape);
        Require(steps >= 2, "Schedules.OneCycle steps", "2 or more", steps);
        Require(
            riseShare >= 0 && (fallsToStartFirst ? riseShare <= 0.5 : riseShare < 1), "Schedules.OneCycle riseShare",
            fallsToStartFirst ? "from 0 to 0.5" : "from 0 to below 1", riseShare);
        var first = maximum / startDivisor;
        var last = first / endDivisor;
        var top = (riseShare * steps) - 1;
        var turn = fallsToStartFirst ? (2 * riseShare * steps) - 2 : top;
        return step => step <= top ? Between(first, maximum, Progress(step, 0, top), shape)
            : step <= turn ? Between(maximum, first, Progress(step, top, turn), shape)
            : Between(fallsToStartFirst ? first : maximum, last, Progress(step, turn, steps - 1), shape);
    }

    /// <summary>Straight rises and falls between two rates, without an end (1506.01186).</summary>
    /// <param name="minimum">The lower rate, where each cycle begins.</param>
    /// <param name="maximum">The upper rate of the first cycle, not below the lower.</param>
    /// <param name="riseSteps">The steps of a rise, above 0, fractions allowed.</param>
    /// <param name="fallSteps">The steps of a fall, above 0; null for as many as those of the rise.</param>
    /// <param name="cycleFactor">
    /// The height of a cycle in that of the one before it, above 0 and at most 1; 0.5 is the paper's triangular2.
    /// </param>
    /// <param name="stepFactor">
    /// The height is multiplied by this at each step, above 0 and at most 1: the paper's exp_range.
    /// </param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule Cyclic(
        double minimum, double maximum, double riseSteps, double? fallSteps = null, double cycleFactor = 1,
        double stepFactor = 1)
    {
        RequireRate("Schedules.Cyclic minimum", minimum);
        RequireRate("Schedules.Cyclic maximum", maximum);
        Require(maximum >= minimum, "Schedules.Cyclic maximum", $"{minimum} or more", maximum);
        RequirePositive("Schedules.Cyclic riseSteps", riseSteps);
        RequirePositive("Schedules.Cyclic fallSteps", fallSteps ?? riseSteps);
        RequireFactor("Schedules.Cyclic cycleFactor", cycleFactor);
        RequireFactor("Schedules.Cyclic stepFactor", stepFactor);
        var length = riseSteps + (fallSteps ?? riseSteps);
        return step =>
        {
            var cycle = Math.Floor(step / length);
            var place = step - (cycle * length);
            var height = place <= riseSteps ? place / riseSteps : (length - place) / (length - riseSteps);
            return minimum + ((maximum - minimum) * height * Math.Pow(cycleFactor, cycle) * Math.Pow(stepFactor, step));
        };
    }

    internal static void RequireShape(string setting, RampShape shape) =>
        Require(Enum.IsDefined(shape), setting, "a shape that is listed", shape);

    // A ramp has the same shape seen from its lower end, whether it rises or falls.
    internal static double Between(double from, double to, double progress, RampShape shape) => from <= to
        ? from + ((to - from) * Height(progress, shape))
        : to + ((from - to) * Height(1 - progress, shape));

    private static double Height(double progress, RampShape shape) => shape switch
    {
        RampShape.Cosine => 0.5 * (1 - Math.Cos(Math.PI * progress)),
        RampShape.OneMinusSquareRoot => 1 - Math.Sqrt(1 - progress),
        _ => progress,
    };

    private static double Progress(double step, double from, double to) =>
        to > from ? Math.Min(1, (step - from) / (to - from)) : 1;
}
