namespace Deep.Nowcast;

/// <summary>All scores of a model.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Members">Members of its forecasts.</param>
/// <param name="Leads">The scores of each lead time.</param>
/// <param name="Accumulations">Forecast probabilities of each accumulation of the protocol, over all lead times.</param>
/// <param name="ForecastSeconds">Time that its forecasts took, in seconds.</param>
public sealed record ModelScores(
    string Name, int Members, IReadOnlyList<LeadScores> Leads, IReadOnlyList<ProbabilityTable> Accumulations, double ForecastSeconds);
