namespace Deep.Nowcast;

/// <summary>Fractions skill scores by scale and intensity.</summary>
/// <param name="Scales">Window lengths in pixels, from large to small: the rows.</param>
/// <param name="Thresholds">In the fields' unit, as given: the columns.</param>
/// <param name="Scores">[scales][thresholds].</param>
public sealed record IntensityScale(
    IReadOnlyList<int> Scales, IReadOnlyList<double> Thresholds, IReadOnlyList<IReadOnlyList<FractionsSkill>> Scores);
