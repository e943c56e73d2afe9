namespace Deep.Nowcast;

// h rows, w columns, n inner iterations, d displacement in pixels

/// <summary>Backward semi-Lagrangian advection: each pixel of a forecast looks up where its rain comes from.</summary>
/// <remarks>
/// Germann and Zawadzki 2002, section 3. The trajectory of every pixel is followed backwards with the midpoint rule and the
/// latest observation is read once, at its foot, so that rain is not smoothed again in every step. Numbers agree with
/// pysteps' <c>semilagrangian</c>. Deterministic whatever the number of threads.
/// </remarks>
public static class SemiLagrangian
{
    /// <summary>Moves a field of rain along a motion field.</summary>
    /// <param name="rain">[h * w], row-major; NaN = no observation.</param>
    /// <param name="motion">The displacement per step, [h, w].</param>
    /// <param name="steps">How many steps, 1 or more.</param>
    /// <param name="iterations">n: inner iterations of the midpoint rule; 0 takes the motion at the start of each step.</param>
    /// <param name="outside">What stands where rain would come from outside the grid. NaN, the default: unknown.</param>
    /// <returns>For each step [h * w].</returns>
    /// <remarks>
    /// Bilinear. A pixel whose sources are partly without observation is NaN if these have more than half of the weight, else
    /// the mean of the others: the mask moves with the rain and does not grow.
    /// </remarks>
    /// <exception cref="ShapeException">The field does not have h * w values.</exception>
    /// <exception cref="ConfigurationException">Steps or iterations are out of their range.</exception>
    public static float[][] Advect(
        ReadOnlySpan<float> rain, MotionField motion, int steps, int iterations = 1, float outside = float.NaN)
    {
        ArgumentNullException.ThrowIfNull(motion);
        if (rain.Length != motion.ColumnValues.Length)
        {
            throw new ShapeException(
                $"Rain must have {motion.Height} x {motion.Width} values as the motion field has, but has {rain.Length}.");
        }

        if (steps < 1)
        {
            throw new ConfigurationException("SemiLagrangian.steps", "1 or more", steps);
        }

        var values = rain.ToArray();
        var trajectories = new Trajectories(motion, iterations);
        var result = new float[steps][];
        for (var step = 0; step < steps; step++)
        {
            trajectories.Advance();
            result[step] = trajectories.Move(values, outside);
        }

        return result;
    }
}
