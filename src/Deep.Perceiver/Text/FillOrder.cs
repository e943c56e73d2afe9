namespace Deep.Perceivers;

/// <summary>In which order a <see cref="MaskFiller"/> fills several hidden bytes.</summary>
public enum FillOrder
{
    /// <summary>All at once: each byte is the most probable by itself. One pass.</summary>
    AtOnce,

    /// <summary>
    /// The byte that the model is surest of first, and so on, each seeing those before it: words that fit together. One
    /// pass for each hidden byte.
    /// </summary>
    SurestFirst,
}
