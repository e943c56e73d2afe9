namespace Deep.Nowcast;

/// <summary>The mean squared error of a probability (Brier 1950) and its parts (Murphy 1973): score = reliability − resolution + uncertainty.</summary>
/// <param name="Score">mean (p − o)², o 1 where the event was observed: 0 is perfect.</param>
/// <param name="Reliability">How far observed frequencies lie from the probabilities given: 0 is perfect.</param>
/// <param name="Resolution">How far they lie from the base rate: larger is better.</param>
/// <param name="Uncertainty">s (1 − s) of the base rate s.</param>
public readonly record struct BrierScore(double Score, double Reliability, double Resolution, double Uncertainty)
{
    /// <summary>1 − score / uncertainty: against a forecast of the base rate everywhere. NaN where the event never or always happened.</summary>
    public double SkillScore => 1 - CellChecks.Ratio(Score, Uncertainty);
}
