namespace Deep.Nowcast;

/// <summary>What a case contributed to the scores that are compared between models.</summary>
/// <param name="Start">The time of the forecast.</param>
/// <param name="Weight">The case's weight, contained in the terms.</param>
/// <param name="Terms">[models][scores][lead times], in the report's order.</param>
public sealed record CaseTerms(DateTimeOffset Start, double Weight, IReadOnlyList<IReadOnlyList<IReadOnlyList<ScoreTerm>>> Terms);
