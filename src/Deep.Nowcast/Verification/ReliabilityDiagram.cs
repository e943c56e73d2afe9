namespace Deep.Nowcast;

/// <summary>Observed frequencies by forecast probability (Bröcker and Smith 2007): on the diagonal for reliable probabilities.</summary>
/// <param name="Probabilities">The mean probability of each bin; NaN for a bin with too few cells.</param>
/// <param name="Frequencies">How often the event was observed there.</param>
/// <param name="Cells">The weight of the bin's cells.</param>
public sealed record ReliabilityDiagram(
    IReadOnlyList<double> Probabilities, IReadOnlyList<double> Frequencies, IReadOnlyList<double> Cells);
