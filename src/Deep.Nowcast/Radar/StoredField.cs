namespace Deep.Nowcast;

/// <summary>A radar field in a file whose header has been read and whose values have not.</summary>
/// <param name="Grid">Cells and place.</param>
/// <param name="Unit">What the values are.</param>
/// <param name="Time">End of the interval, UTC.</param>
/// <param name="Interval">Length of the interval, or null.</param>
/// <param name="Relation">The relation that the file states, or null.</param>
/// <param name="Values">Decodes the H x W values, NaN where nothing was observed.</param>
internal sealed record StoredField(
    RadarGrid Grid, RadarUnit Unit, DateTimeOffset Time, TimeSpan? Interval, ReflectivityRelation? Relation,
    Func<float[]> Values);
