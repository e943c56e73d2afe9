namespace Deep.Nowcast;

/// <summary>A case as maps: what was observed and what each model said, for a reader's eye.</summary>
/// <param name="Start">The time of the forecast, UTC.</param>
/// <param name="LastObserved">The last known field.</param>
/// <param name="LeadMinutes">The lead times of the maps.</param>
/// <param name="Observed">What came, a field for each of them.</param>
/// <param name="Models">Each model's maps.</param>
public sealed record ForecastExample(
    DateTimeOffset Start, RadarField LastObserved, IReadOnlyList<int> LeadMinutes, IReadOnlyList<RadarField> Observed,
    IReadOnlyList<ExampleMaps> Models);
