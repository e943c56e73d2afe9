using Deep.Parity.Cases;

namespace Deep.Parity.Comparison;

/// <summary>Holds a computed output against the expected numbers: single values, and mean and deviation of the whole.</summary>
public static class OutputComparer
{
    private const double HalfResolution = 1.0 / (1 << 24);

    /// <summary>Compares an output.</summary>
    /// <param name="expected">The case's numbers.</param>
    /// <param name="shape">The shape that was computed; one element is one element, as scalar or as list.</param>
    /// <param name="actual">The values that were computed, row-major.</param>
    /// <param name="tolerance">Largest allowed absolute difference of a value, of the mean and of the deviation.</param>
    /// <param name="difference">What differs, in one sentence; null if nothing does.</param>
    /// <returns>The largest absolute difference; NaN if a number is not finite on one side only.</returns>
    public static double Compare(CaseOutput expected, IReadOnlyList<long> shape, double[] actual, double tolerance, out string? difference)
    {
        difference = null;
        var scalar = actual.Length == 1 && FillRule.Elements(expected.Shape) == 1;
        if (!scalar && !shape.SequenceEqual(expected.Shape))
        {
            difference = $"{expected.Name} has shape [{string.Join(", ", shape)}], expected [{string.Join(", ", expected.Shape)}]";
            return double.NaN;
        }

        var worst = 0.0;
        for (var i = 0; i < expected.Values.Length; i++)
        {
            var place = expected.Indices?[i] ?? i;
            Note(Beyond(expected.Values[i], actual[place]), $"[{place}]", ref worst, ref difference);
        }

        // The reference's deviation is that of the population: a single value has 0, not NaN.
        var mean = actual.Average();
        var deviation = Math.Sqrt(actual.Average(v => (v - mean) * (v - mean)));
        Note(expected.Mean is { } m ? Beyond(m, mean) : 0, "'s mean", ref worst, ref difference);
        Note(expected.Deviation is { } d ? Distance(d, deviation) : 0, "'s deviation", ref worst, ref difference);
        return worst;

        void Note(double distance, string where, ref double worst, ref string? difference)
        {
            if (!(distance <= tolerance) && !double.IsNaN(worst) && !(distance <= worst))
            {
                difference = FormattableString.Invariant($"{expected.Name}{where} differs by {distance:G3}, allowed {tolerance:G3}");
            }

            worst = double.IsNaN(worst) || double.IsNaN(distance) ? double.NaN : Math.Max(worst, distance);
        }
    }

    // Cases print float32 with eight digits: half of the type's resolution is lost in print.
    private static double Beyond(double expected, double actual) => Distance(expected, actual) is var distance && distance > 0
        ? Math.Max(0, distance - (Math.Abs(expected) * HalfResolution))
        : distance;

    /// <summary>Absolute difference; NaN where either side is not a finite number, equal infinities apart.</summary>
    public static double Distance(double expected, double actual) =>
        double.IsInfinity(expected) && expected == actual ? 0
        : double.IsFinite(expected) && double.IsFinite(actual) ? Math.Abs(expected - actual)
        : double.NaN;
}
