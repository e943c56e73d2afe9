namespace Deep.Nowcast;

/// <summary>What a window of cells becomes when a field is pooled before it is scored.</summary>
public enum Pooling
{
    /// <summary>Its mean.</summary>
    Average,

    /// <summary>Its largest value.</summary>
    Maximum,
}
