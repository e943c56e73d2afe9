namespace Deep.Nowcast;

/// <summary>What a cell counts for that has no observation or no forecast (NaN).</summary>
public enum MissingCells
{
    /// <summary>The cell is left out, in both fields.</summary>
    Excluded,

    /// <summary>
    /// The missing value counts as one below the threshold: a missing observation under forecast rain becomes a false
    /// alarm. This is what pysteps does; it makes scores depend on the mask and is here only to reproduce its numbers.
    /// </summary>
    BelowThreshold,
}
