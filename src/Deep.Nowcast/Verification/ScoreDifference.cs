namespace Deep.Nowcast;

/// <summary>The difference of a score between two models at a lead time, and how sure it is.</summary>
/// <param name="Score">The score.</param>
/// <param name="LeadMinutes">The lead time.</param>
/// <param name="Value">The model's score.</param>
/// <param name="Other">That of the model it is compared with.</param>
/// <param name="Lower">The lower end of the bootstrap interval of <see cref="Difference"/>; NaN for fewer than 2 blocks.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="PValue">
/// How often a difference at least as large comes about when each block's models are swapped by chance (two-sided); NaN
/// where the score is not defined.
/// </param>
/// <param name="Blocks">The blocks of cases that were drawn from.</param>
public sealed record ScoreDifference(
    string Score, double LeadMinutes, double Value, double Other, double Lower, double Upper, double PValue, int Blocks)
{
    /// <summary>The model's score minus the other's.</summary>
    public double Difference => Value - Other;
}
