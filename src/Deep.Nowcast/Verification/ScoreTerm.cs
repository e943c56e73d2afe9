namespace Deep.Nowcast;

/// <summary>A score of one case as the two sums whose pooled ratio is the score: cases are resampled without scoring them anew.</summary>
/// <param name="Numerator">Weighted hits, or weighted CRPS.</param>
/// <param name="Denominator">Weighted hits, misses and false alarms, or weighted cells.</param>
public readonly record struct ScoreTerm(double Numerator, double Denominator);
