namespace Deep.Nowcast;

// h rows, w columns, d displacement (where the rain of a pixel comes from, minus the pixel), v its increment

/// <summary>The backward trajectories of all pixels of a grid, followed step by step.</summary>
internal sealed class Trajectories
{
    private readonly MotionField motion;
    private readonly int iterations;
    private readonly double[] right;
    private readonly double[] down;
    private readonly double[] rightIncrement;
    private readonly double[] downIncrement;
    private bool started;

    /// <summary>Trajectories of no length.</summary>
    /// <param name="motion">The displacement per step.</param>
    /// <param name="iterations">Inner iterations of the midpoint rule, 0 to 100.</param>
    /// <exception cref="ConfigurationException">The iterations are out of their range.</exception>
    public Trajectories(MotionField motion, int iterations)
    {
        if (iterations is < 0 or > 100)
        {
            throw new ConfigurationException("SemiLagrangian.iterations", "0 to 100", iterations);
        }

        (this.motion, this.iterations) = (motion, iterations);
        (right, down) = (new double[motion.ColumnValues.Length], new double[motion.ColumnValues.Length]);
        rightIncrement = [.. motion.ColumnValues];
        downIncrement = [.. motion.RowValues];
    }

    private Trajectories(Trajectories other)
    {
        (motion, iterations, started) = (other.motion, other.iterations, other.started);
        (right, down) = ([.. other.right], [.. other.down]);
        (rightIncrement, downIncrement) = ([], []);
    }

    /// <summary>The trajectories as they are now, to move fields along; they do not go on.</summary>
    public Trajectories Copy() => new(this);

    /// <summary>Follows every trajectory one step further back.</summary>
    /// <remarks>The increment of the step before is the first guess of the next, as in the public implementation.</remarks>
    public void Advance()
    {
        var first = !started;
        started = true;
        Parallel.For(0, motion.Height, row =>
        {
            for (int column = 0, i = row * motion.Width; column < motion.Width; column++, i++)
            {
                var (dx, dy, vx, vy) = (right[i], down[i], rightIncrement[i], downIncrement[i]);
                if (iterations == 0)
                {
                    if (!first)
                    {
                        (vx, vy) = At(column + dx, row + dy);
                    }

                    (dx, dy) = (dx - vx, dy - vy);
                }

                for (var k = 0; k < iterations; k++)
                {
                    (vx, vy) = At(column + dx - (vx / 2), row + dy - (vy / 2));
                    (dx, dy) = (dx - (vx / iterations), dy - (vy / iterations));
                    (vx, vy) = At(column + dx, row + dy);
                    (vx, vy) = (vx / iterations, vy / iterations);
                }

                (right[i], down[i], rightIncrement[i], downIncrement[i]) = (dx, dy, vx, vy);
            }
        });
    }

    /// <summary>The field as it is seen at the end of the trajectories.</summary>
    /// <param name="values">[h * w], NaN = no observation.</param>
    /// <param name="outside">What stands where a trajectory comes from outside the grid.</param>
    /// <returns>[h * w].</returns>
    public float[] Move(float[] values, float outside)
    {
        var moved = new float[values.Length];
        Parallel.For(0, motion.Height, row =>
        {
            for (int column = 0, i = row * motion.Width; column < motion.Width; column++, i++)
            {
                moved[i] = Sample(values, column + right[i], row + down[i], outside);
            }
        });
        return moved;
    }

    private float Sample(float[] values, double x, double y, float outside)
    {
        if (!(x >= 0 && x <= motion.Width - 1 && y >= 0 && y <= motion.Height - 1))
        {
            return outside;
        }

        var (column, row) = ((int)x, (int)y);
        var (fx, fy) = (x - column, y - row);
        var i = (row * motion.Width) + column;
        var (ahead, below) = (fx > 0 ? 1 : 0, fy > 0 ? motion.Width : 0);
        double a = values[i], b = values[i + ahead], c = values[i + below], d = values[i + below + ahead];
        var value = ((1 - fy) * (((1 - fx) * a) + (fx * b))) + (fy * (((1 - fx) * c) + (fx * d)));
        return double.IsNaN(value) ? Known(a, b, c, d, fx, fy) : (float)value;
    }

    private static float Known(double a, double b, double c, double d, double fx, double fy)
    {
        var (sum, weight) = (0.0, 0.0);
        Add(a, (1 - fy) * (1 - fx));
        Add(b, (1 - fy) * fx);
        Add(c, fy * (1 - fx));
        Add(d, fy * fx);
        return weight < 0.5 ? float.NaN : (float)(sum / weight);

        void Add(double value, double w)
        {
            if (!double.IsNaN(value))
            {
                (sum, weight) = (sum + (w * value), weight + w);
            }
        }
    }

    // Bilinear; beyond the edge the motion of the edge goes on.
    private (double X, double Y) At(double x, double y)
    {
        x = Math.Clamp(x, 0, motion.Width - 1);
        y = Math.Clamp(y, 0, motion.Height - 1);
        var (column, row) = ((int)x, (int)y);
        var (fx, fy) = (x - column, y - row);
        var i = (row * motion.Width) + column;
        var (ahead, below) = (column < motion.Width - 1 ? 1 : 0, row < motion.Height - 1 ? motion.Width : 0);
        var (u, v) = (motion.ColumnValues, motion.RowValues);
        return (Blend(u), Blend(v));

        double Blend(double[] part) =>
            ((1 - fy) * (((1 - fx) * part[i]) + (fx * part[i + ahead])))
            + (fy * (((1 - fx) * part[i + below]) + (fx * part[i + below + ahead])));
    }
}
