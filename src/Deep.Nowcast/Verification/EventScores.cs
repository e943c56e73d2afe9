namespace Deep.Nowcast;

/// <summary>What the yes/no scores of an ensemble need of one event.</summary>
/// <param name="Table">Of every member's own yes or no.</param>
/// <param name="Fractions">Fractions skill of the members, by scale.</param>
/// <param name="Probabilities">The shares of members with the event.</param>
internal sealed record EventScores(CategoricalTable Table, IReadOnlyList<FractionsSkill> Fractions, ProbabilityTable Probabilities);
