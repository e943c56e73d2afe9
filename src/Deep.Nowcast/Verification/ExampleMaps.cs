namespace Deep.Nowcast;

/// <summary>The maps of one model in an example.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Member">The first member at each lead time.</param>
/// <param name="Mean">The ensemble mean; empty for one member.</param>
/// <param name="Probability">The probability of <paramref name="ProbabilityThreshold"/>, 0 to 1; empty for one member.</param>
/// <param name="ProbabilityThreshold">In mm/h.</param>
public sealed record ExampleMaps(
    string Name, IReadOnlyList<RadarField> Member, IReadOnlyList<float[,]> Mean, IReadOnlyList<float[,]> Probability,
    double ProbabilityThreshold);
