namespace Deep.Nowcast;

/// <summary>What a CF variable measures.</summary>
/// <param name="Unit">Rate, sum or reflectivity.</param>
/// <param name="Factor">From the file's units to ours.</param>
internal sealed record CfQuantity(RadarUnit Unit, double Factor)
{
    /// <summary>By standard name and units; null if it is neither rain nor reflectivity.</summary>
    public static CfQuantity? Of(string? standardName, string? units)
    {
        var plain = (units ?? "").Replace("**", "", StringComparison.Ordinal).Replace("^", "", StringComparison.Ordinal);
        return plain switch
        {
            "dBZ" or "dBz" or "DBZ" => new(RadarUnit.Reflectivity, 1),
            "mm h-1" or "mm/h" or "mm hr-1" or "mm/hr" => new(RadarUnit.RainRate, 1),
            "kg m-2 s-1" or "mm s-1" or "mm/s" => new(RadarUnit.RainRate, 3600),
            "kg m-2" or "mm" => IsRain(standardName) ? new(RadarUnit.Accumulation, 1) : null,
            "m" => IsRain(standardName) ? new(RadarUnit.Accumulation, 1000) : null,
            _ => null,
        };
    }

    private static bool IsRain(string? name) => name is not null
        && (name.Contains("precipitation", StringComparison.Ordinal) || name.Contains("rainfall", StringComparison.Ordinal));
}
