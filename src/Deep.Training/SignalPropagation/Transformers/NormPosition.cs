namespace Deep.Training.SignalPropagation;

/// <summary>What a block's normalisation acts on.</summary>
public enum NormPosition
{
    /// <summary>What the sub-block reads; the skip carries the raw stream.</summary>
    Pre,

    /// <summary>
    /// The stream itself, before it branches into skip and sub-block: seen from the sub-block before, behind the sum. The first one
    /// stands behind the embedding, the last behind the last block, as the model's final normalisation.
    /// </summary>
    Post,
}
