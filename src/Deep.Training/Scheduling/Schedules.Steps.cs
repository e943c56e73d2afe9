namespace Deep.Training;

public static partial class Schedules
{
    /// <summary>A rate that is multiplied by a factor after each interval.</summary>
    /// <param name="rate">The rate of the first interval.</param>
    /// <param name="interval">The steps of an interval, above 0, fractions allowed.</param>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule Step(double rate, double interval, double factor)
    {
        RequireRate("Schedules.Step rate", rate);
        RequirePositive("Schedules.Step interval", interval);
        RequireFactor("Schedules.Step factor", factor);
        return step => rate * Math.Pow(factor, Math.Floor(step / interval));
    }

    /// <summary>A rate that is multiplied by a factor at each of some steps.</summary>
    /// <param name="rate">The rate before the first of them.</param>
    /// <param name="milestones">
    /// The steps that are the first with a lower rate, 0 or more, rising. timm's MultiStepLRScheduler lowers the rate one
    /// step before each of its decay_t: give decay_t − 1 for its curve.
    /// </param>
    /// <param name="factor">Above 0, at most 1.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule MultiStep(double rate, IEnumerable<long> milestones, double factor)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        RequireRate("Schedules.MultiStep rate", rate);
        RequireFactor("Schedules.MultiStep factor", factor);
        long[] boundaries = [.. milestones];
        for (var i = 0; i < boundaries.Length; i++)
        {
            var lowest = i == 0 ? 0 : boundaries[i - 1];
            Require(
                boundaries[i] >= lowest, "Schedules.MultiStep milestones", $"{lowest} or more at place {i}",
                boundaries[i]);
        }

        return step => rate * Math.Pow(factor, boundaries.Count(boundary => boundary <= step));
    }

    /// <summary>A rate that is multiplied by the same factor at each step.</summary>
    /// <param name="rate">The rate at step 0.</param>
    /// <param name="factor">Above 0, at most 1; for a factor f in n steps give f^(1/n).</param>
    /// <param name="minimum">A rate that it does not fall below.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule Exponential(double rate, double factor, double minimum = 0)
    {
        RequireRate("Schedules.Exponential rate", rate);
        RequireRate("Schedules.Exponential minimum", minimum);
        RequireFactor("Schedules.Exponential factor", factor);
        return step => Math.Max(minimum, rate * Math.Pow(factor, step));
    }

    /// <summary>One over the square root of the step: rate / √(1 + step / timescale).</summary>
    /// <param name="rate">The rate at step 0.</param>
    /// <param name="timescale">
    /// The steps until the rate is 1 / √2 of the first, above 0; after a warm-up of as many steps it is the schedule of
    /// the transformer paper (1706.03762).
    /// </param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule InverseSquareRoot(double rate, double timescale)
    {
        RequireRate("Schedules.InverseSquareRoot rate", rate);
        RequirePositive("Schedules.InverseSquareRoot timescale", timescale);
        return step => rate / Math.Sqrt(1 + (step / timescale));
    }
}
