namespace Deep.Nowcast;

/// <summary>Skill and spread of an ensemble by a score of two fields (Zacharov and Rezacova 2009).</summary>
/// <param name="Skill">The score of a member against the observation, averaged over the members.</param>
/// <param name="Spread">The score of a member against another, averaged over all pairs; NaN for one member.</param>
public readonly record struct EnsembleSkillSpread(double Skill, double Spread);
