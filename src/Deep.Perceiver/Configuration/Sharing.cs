namespace Deep.Perceivers;

/// <summary>Which of several cross-attends, or blocks of latent self-attention, have the same weights.</summary>
public enum Sharing
{
    /// <summary>Each has its own weights.</summary>
    None,

    /// <summary>All have one set (blocks in both papers).</summary>
    All,

    /// <summary>
    /// The first has its own, the others share one set (cross-attends in Perceiver; sharing the first as well makes
    /// training unstable, Perceiver, section A).
    /// </summary>
    AllButFirst,
}
