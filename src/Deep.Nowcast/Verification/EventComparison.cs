namespace Deep.Nowcast;

/// <summary>When a rain rate reaches a threshold.</summary>
public enum EventComparison
{
    /// <summary>At or above the threshold (the papers' "≥").</summary>
    AtLeast,

    /// <summary>Strictly above it, as some public packages count.</summary>
    Above,
}
