namespace Deep.Perceivers;

/// <summary>What a query attends to when a mask hides every key from it.</summary>
public enum MaskedRows
{
    /// <summary>Nothing: attention gives 0 before the output projection, so that only its bias passes (DeepMind).</summary>
    Zero,

    /// <summary>
    /// Every key alike: the mean of the values (Hugging Face, krasserm, lucidrains). A query mask has no effect then, as
    /// in Hugging Face's model.
    /// </summary>
    Uniform,
}
