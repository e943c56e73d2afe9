using static Deep.Nowcast.CellChecks;

namespace Deep.Nowcast;

/// <summary>The fractions skill score of a threshold and a neighbourhood (Roberts and Lean 2008), as sums that add up over cases.</summary>
/// <remarks>FSS = 1 − Σ (S_f − S_o)² / (Σ S_f² + Σ S_o²), S the share of a window's cells with the event. 1 is perfect, NaN without any event.</remarks>
/// <param name="ForecastSquares">Σ S_f².</param>
/// <param name="Products">Σ S_f S_o.</param>
/// <param name="ObservedSquares">Σ S_o².</param>
public readonly record struct FractionsSkill(double ForecastSquares, double Products, double ObservedSquares)
{
    /// <summary>The score.</summary>
    public double Value => 1 - Ratio(ForecastSquares - (2 * Products) + ObservedSquares, ForecastSquares + ObservedSquares);

    /// <summary>The sums of both: the score of two pairs of fields together.</summary>
    public static FractionsSkill operator +(FractionsSkill left, FractionsSkill right) => new(
        left.ForecastSquares + right.ForecastSquares, left.Products + right.Products, left.ObservedSquares + right.ObservedSquares);

    /// <summary>The sums of both.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static FractionsSkill Add(FractionsSkill left, FractionsSkill right) => left + right;

    /// <summary>The sums with every window counted <paramref name="weight"/> times.</summary>
    /// <param name="weight">Zero or above.</param>
    public FractionsSkill Weighted(double weight) => new(ForecastSquares * weight, Products * weight, ObservedSquares * weight);
}
