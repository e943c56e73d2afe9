namespace Deep.Nowcast;

/// <summary>The event that yes/no scores ask for: the rain rate reaches a threshold.</summary>
/// <param name="Threshold">In the unit of the fields, mm/h usually.</param>
/// <param name="Comparison">Whether reaching the threshold exactly is enough.</param>
/// <param name="Missing">What a cell counts for where either field is NaN.</param>
public readonly record struct RainEvent(
    double Threshold, EventComparison Comparison = EventComparison.AtLeast, MissingCells Missing = MissingCells.Excluded)
{
    /// <summary>The event as pysteps' categorical scores count it: strictly above, and NaN counts as below.</summary>
    /// <param name="threshold">In the unit of the fields.</param>
    public static RainEvent Pysteps(double threshold) => new(threshold, EventComparison.Above, MissingCells.BelowThreshold);

    /// <summary>Whether a value is an event; NaN is none.</summary>
    /// <param name="value">A rain rate.</param>
    public bool Occurs(double value) => Comparison == EventComparison.AtLeast ? value >= Threshold : value > Threshold;

    /// <summary>Whether a pair of values is counted.</summary>
    /// <param name="forecast">A forecast.</param>
    /// <param name="observed">What was observed there.</param>
    public bool Counts(double forecast, double observed) =>
        Missing == MissingCells.BelowThreshold || !(double.IsNaN(forecast) || double.IsNaN(observed));
}
