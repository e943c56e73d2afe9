namespace Deep.Nowcast;

/// <summary>The error of a yes/no field by spatial scale (intensity-scale verification, Casati, Ross and Stephenson 2004).</summary>
/// <param name="Scales">Lengths in pixels from the coarsest down to 1; the coarsest holds the mean over its blocks as well.</param>
/// <param name="MeanSquares">The mean square of the error's part at each scale; they add up to the mean square of the whole.</param>
/// <param name="Skills">
/// 1 − mean square / (2 ε (1 − ε) / scales), ε the base rate: 1 is perfect, 0 as good as chance. NaN where the event was
/// observed nowhere, or everywhere.
/// </param>
/// <param name="BaseRate">ε, the share of cells where the event was observed.</param>
public sealed record ScaleErrors(
    IReadOnlyList<double> Scales, IReadOnlyList<double> MeanSquares, IReadOnlyList<double> Skills, double BaseRate);
