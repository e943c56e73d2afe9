namespace Deep.Training;

/// <summary>A rise of the learning rate before a schedule or over its first steps.</summary>
public static class ScheduleWarmup
{
    /// <summary>A rise, after which a schedule begins with its step 0.</summary>
    /// <param name="schedule">What follows the rise.</param>
    /// <param name="steps">The steps of the rise, 0 or more.</param>
    /// <param name="start">The rate at step 0, a finite number of 0 or more.</param>
    /// <param name="shape">The shape of the rise.</param>
    /// <returns>
    /// The rates; that of step <paramref name="steps"/> is the schedule's first. timm's warm-up with warmup_prefix and
    /// that of Transformers.
    /// </returns>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule AfterWarmup(
        this Schedule schedule, long steps, double start = 0, RampShape shape = RampShape.Linear)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        RequireRise(nameof(AfterWarmup), steps, start, shape);
        return step => step < steps
            ? Schedules.Between(start, schedule(0), step / (double)steps, shape)
            : schedule(step - steps);
    }

    /// <summary>A rise that hides the first steps of a schedule.</summary>
    /// <param name="schedule">What runs from step 0, hidden at first.</param>
    /// <param name="steps">The steps of the rise, 0 or more.</param>
    /// <param name="start">The rate at step 0, a finite number of 0 or more.</param>
    /// <param name="peak">
    /// The rate to which the rise goes without reaching it; null for the schedule's own at step
    /// <paramref name="steps"/>, which leaves no jump.
    /// </param>
    /// <param name="shape">The shape of the rise.</param>
    /// <returns>
    /// The rates. timm's warm-up without warmup_prefix: its cosine, polynomial and step schedules rise towards the base
    /// rate and jump down to the curve (give that rate as the peak), its tanh rises to the curve.
    /// </returns>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule UnderWarmup(
        this Schedule schedule, long steps, double start = 0, double? peak = null,
        RampShape shape = RampShape.Linear)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        RequireRise(nameof(UnderWarmup), steps, start, shape);
        var top = peak ?? schedule(steps);
        Schedules.RequireRate("Schedule.UnderWarmup peak", top);
        return step => step < steps ? Schedules.Between(start, top, step / (double)steps, shape) : schedule(step);
    }

    private static void RequireRise(string name, long steps, double start, RampShape shape)
    {
        if (steps < 0)
        {
            throw new ConfigurationException($"Schedule.{name} steps", "0 or more", steps);
        }

        Schedules.RequireRate($"Schedule.{name} start", start);
        Schedules.RequireShape($"Schedule.{name} shape", shape);
    }
}
