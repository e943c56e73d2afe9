namespace Deep.Training.SignalPropagation;

/// <summary>Where a signal counts as healthy.</summary>
public sealed record SignalBounds
{
    /// <summary>The least q, above 0, default 0.5.</summary>
    public double LeastSquaredNorm { get; init; } = 0.5;

    /// <summary>The greatest q, default 1.6.</summary>
    public double GreatestSquaredNorm { get; init; } = 1.6;

    /// <summary>The greatest mean cosine of distant positions, below 1, default 0.99.</summary>
    public double GreatestCosine { get; init; } = 0.99;

    /// <summary>By what factor the gradient may differ from that behind the last block, above 1, default 1,000.</summary>
    public double GradientFactor { get; init; } = 1000;

    internal void Validate()
    {
        Require(LeastSquaredNorm > 0 && LeastSquaredNorm < GreatestSquaredNorm, nameof(LeastSquaredNorm), "above 0 and below GreatestSquaredNorm", LeastSquaredNorm);
        Require(double.IsFinite(GreatestSquaredNorm), nameof(GreatestSquaredNorm), "a finite number", GreatestSquaredNorm);
        Require(GreatestCosine is > 0 and < 1, nameof(GreatestCosine), "above 0 and below 1", GreatestCosine);
        Require(GradientFactor > 1 && double.IsFinite(GradientFactor), nameof(GradientFactor), "a finite number above 1", GradientFactor);
    }

    private static void Require(bool holds, string setting, string expected, double found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(SignalBounds)}.{setting}", expected, found);
        }
    }
}
