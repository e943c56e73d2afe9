namespace Deep.Nowcast;

/// <summary>What the numbers of a <see cref="RadarField"/> are.</summary>
public enum RadarUnit
{
    /// <summary>Rain rate, mm/h.</summary>
    RainRate,

    /// <summary>Rain sum over the field's interval, mm.</summary>
    Accumulation,

    /// <summary>Radar reflectivity, dBZ.</summary>
    Reflectivity,
}
