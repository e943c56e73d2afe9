namespace Deep.Nowcast;

// C cells of all frames of a crop

/// <summary>How probable it is that a crop becomes an example: rain more than dry (DGMR, Methods, "Datasets").</summary>
/// <param name="MinProbability">q_min, that of a crop without rain; above 0, at most 1. The paper's: 2e-4.</param>
/// <param name="Multiplier">m, above 0. Open in the paper; 0.1 in public code.</param>
/// <param name="Saturation">s, the rain rate at which a cell counts 63 %, mm/h; above 0. The paper's: 1.</param>
/// <remarks>
/// q = min(1, q_min + m / C * sum of (1 - exp(-x / s))). A cell without observation counts nothing and stays in C.
/// Examples are weighted by 1 / q where a score is to stand for all crops. Immutable, safe to share between threads.
/// </remarks>
public sealed record ImportanceSampling(double MinProbability = 2e-4, double Multiplier = 0.1, double Saturation = 1)
{
    /// <summary>The probability of a crop.</summary>
    /// <param name="rain">C rain rates of all its frames, mm/h, NaN where nothing was observed; at least one.</param>
    /// <returns>q, above 0 and at most 1.</returns>
    public double Probability(ReadOnlySpan<float> rain)
    {
        var sum = 0.0;
        foreach (var value in rain)
        {
            sum += Saturated(value);
        }

        return OfSum(sum, rain.Length);
    }

    /// <summary>The probability of a crop.</summary>
    /// <param name="rain">C rain rates of all its frames, mm/h, NaN where nothing was observed; at least one.</param>
    /// <returns>q, above 0 and at most 1.</returns>
    public double Probability(ReadOnlySpan<double> rain)
    {
        var sum = 0.0;
        foreach (var value in rain)
        {
            sum += Saturated(value);
        }

        return OfSum(sum, rain.Length);
    }

    /// <summary>What a cell counts: 1 - exp(-x / s), 0 without observation.</summary>
    /// <param name="rain">mm/h.</param>
    public double Saturated(double rain) => rain > 0 ? 1 - Math.Exp(-rain / Saturation) : 0;

    /// <summary>The probability of a crop whose cells count <paramref name="sum"/> together.</summary>
    /// <param name="sum">Sum of <see cref="Saturated"/> over the crop.</param>
    /// <param name="cells">C, at least 1.</param>
    public double OfSum(double sum, long cells) => Math.Min(1, MinProbability + (Multiplier / cells * sum));

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ConfigurationException">A number is out of its range.</exception>
    public void Validate()
    {
        Require.That(MinProbability is > 0 and <= 1, "ImportanceSampling.MinProbability", "above 0, at most 1", MinProbability);
        Require.That(Multiplier > 0 && double.IsFinite(Multiplier), "ImportanceSampling.Multiplier", "above 0", Multiplier);
        Require.That(Saturation > 0 && double.IsFinite(Saturation), "ImportanceSampling.Saturation", "above 0", Saturation);
    }
}
