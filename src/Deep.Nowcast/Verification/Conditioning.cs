namespace Deep.Nowcast;

/// <summary>Which cells a continuous score counts.</summary>
public enum Conditioning
{
    /// <summary>All that have a forecast and an observation.</summary>
    All,

    /// <summary>Those where forecast or observation is above a threshold ("single").</summary>
    EitherWet,

    /// <summary>Those where both are ("double").</summary>
    BothWet,
}
