namespace Deep.Training.SignalPropagation;

/// <summary>Where a rising function takes a value, by halving the interval to the last digit.</summary>
internal static class RisingFunction
{
    /// <summary>The x in [low, high] with f(x) = value; null where f(high) stays below it by more than the tolerance. High may be infinite.</summary>
    public static double? Solve(Func<double, double> f, double value, double low, double high, double tolerance = 1e-8)
    {
        if (double.IsPositiveInfinity(high))
        {
            high = Math.Max(2 * low, 1);
            for (var doublings = 0; !(f(high) >= value); doublings++)
            {
                if (doublings == 200)
                {
                    return null;
                }

                high *= 2;
            }
        }

        if (!(f(high) >= value))
        {
            return f(high) >= value - tolerance ? high : null;
        }

        for (var step = 0; step < 200 && low < high; step++)
        {
            var middle = low + ((high - low) / 2);
            if (middle == low || middle == high)
            {
                break;
            }

            if (f(middle) < value)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }
}
