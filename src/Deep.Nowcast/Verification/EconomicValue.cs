namespace Deep.Nowcast;

/// <summary>The relative economic value of a forecast by the users' cost/loss ratio (Richardson 2000).</summary>
/// <param name="CostLossRatios">What protection costs, over the loss it prevents.</param>
/// <param name="Values">The value with the best decision limit; NaN where the event never or always happened.</param>
/// <param name="BestLimits">That limit; above 1 it is best never to act.</param>
public sealed record EconomicValue(
    IReadOnlyList<double> CostLossRatios, IReadOnlyList<double> Values, IReadOnlyList<double> BestLimits);
