namespace Deep.Training;

public static partial class Schedules
{
    /// <summary>Half a cosine from a rate down to a minimum, once or with restarts (1608.03983).</summary>
    /// <param name="rate">The rate at step 0.</param>
    /// <param name="steps">The length of the (first) cycle, above 0, fractions allowed.</param>
    /// <param name="minimum">The rate at the end of a cycle and after the last one.</param>
    /// <param name="timeExponent">
    /// k of k-decay (2004.05909), above 0: the share of the cycle that has passed is raised to it; above 1 the rate stays
    /// high for longer.
    /// </param>
    /// <param name="cycles">Restarts; null for none.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    /// <remarks>timm's CosineLRScheduler; with cycles of equal length, cosine with hard restarts of Transformers.</remarks>
    public static Schedule Cosine(
        double rate, double steps, double minimum = 0, double timeExponent = 1, RestartCycles? cycles = null) =>
        Annealed("Cosine", rate, steps, minimum, timeExponent, cycles, left => 0.5 * (1 + Math.Cos(Math.PI * (1 - left))));

    /// <summary>A power of the time that is left, from a rate down to a minimum.</summary>
    /// <param name="rate">The rate at step 0.</param>
    /// <param name="steps">The length of the (first) cycle, above 0, fractions allowed.</param>
    /// <param name="power">The power, above 0; 1 is a straight line.</param>
    /// <param name="minimum">The rate at the end of a cycle and after the last one.</param>
    /// <param name="timeExponent">k of k-decay, as for <see cref="Cosine"/>.</param>
    /// <param name="cycles">Restarts; null for none.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    /// <remarks>timm's PolyLRScheduler and the polynomial decay of Transformers.</remarks>
    public static Schedule Polynomial(
        double rate, double steps, double power, double minimum = 0, double timeExponent = 1,
        RestartCycles? cycles = null)
    {
        RequirePositive("Schedules.Polynomial power", power);
        return Annealed("Polynomial", rate, steps, minimum, timeExponent, cycles, left => Math.Pow(left, power));
    }

    /// <summary>A straight line from a rate down to a minimum.</summary>
    /// <param name="rate">The rate at step 0.</param>
    /// <param name="steps">The steps to the minimum, above 0, fractions allowed.</param>
    /// <param name="minimum">The rate at the end and after it.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public static Schedule Linear(double rate, double steps, double minimum = 0) =>
        Annealed("Linear", rate, steps, minimum, 1, null, left => left);

    /// <summary>A piece of a hyperbolic tangent from a rate down to a minimum (1806.01593).</summary>
    /// <param name="rate">The upper asymptote; the rate at step 0 is a little lower.</param>
    /// <param name="steps">The length of the (first) cycle, above 0, fractions allowed.</param>
    /// <param name="lower">The argument of the tangent at the start; the paper's is −6, timm's −7.</param>
    /// <param name="upper">The argument at the end, above <paramref name="lower"/>; 3 in both.</param>
    /// <param name="minimum">The lower asymptote, and the rate after the last cycle.</param>
    /// <param name="cycles">Restarts; null for none.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    /// <remarks>timm's TanhLRScheduler.</remarks>
    public static Schedule Tanh(
        double rate, double steps, double lower = -7, double upper = 3, double minimum = 0,
        RestartCycles? cycles = null)
    {
        Require(
            lower < upper && double.IsFinite(upper - lower), "Schedules.Tanh lower", $"finite and below {upper}", lower);
        return Annealed(
            "Tanh", rate, steps, minimum, 1, cycles,
            left => 0.5 * (1 - Math.Tanh((lower * left) + (upper * (1 - left)))));
    }

    /// <summary>A cosine that falls from a rate to a minimum and rises again, without an end.</summary>
    /// <param name="rate">The rate at step 0.</param>
    /// <param name="steps">The steps in which <paramref name="waves"/> pass, above 0.</param>
    /// <param name="waves">Whole waves, above 0; a half reaches the minimum at <paramref name="steps"/>.</param>
    /// <param name="minimum">The lowest rate.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    /// <remarks>
    /// The cosine of Transformers, with its minimum ratio: unlike <see cref="Cosine"/> it rises again behind the end.
    /// </remarks>
    public static Schedule CosineWave(double rate, double steps, double waves = 0.5, double minimum = 0)
    {
        RequireRate("Schedules.CosineWave rate", rate);
        RequireRate("Schedules.CosineWave minimum", minimum);
        RequirePositive("Schedules.CosineWave steps", steps);
        RequirePositive("Schedules.CosineWave waves", waves);
        return step => minimum + ((rate - minimum) * 0.5 * (1 + Math.Cos(2 * Math.PI * waves * step / steps)));
    }

    // A cycle's curve is a function of the share of time that is left: 1 at its start, 0 at its end.
    private static Schedule Annealed(
        string name, double rate, double steps, double minimum, double timeExponent, RestartCycles? cycles,
        Func<double, double> curve)
    {
        RequireRate($"Schedules.{name} rate", rate);
        RequireRate($"Schedules.{name} minimum", minimum);
        RequirePositive($"Schedules.{name} steps", steps);
        RequirePositive($"Schedules.{name} timeExponent", timeExponent);
        var restarts = (cycles ?? RestartCycles.Once).Validated();
        return step =>
        {
            var (cycle, progress) = restarts.At(step, steps);
            if (cycle >= restarts.Count)
            {
                return minimum;
            }

            var highest = rate * Math.Pow(restarts.RateFactor, cycle);
            return minimum + ((highest - minimum) * curve(1 - Math.Pow(progress, timeExponent)));
        };
    }
}
