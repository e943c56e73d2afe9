namespace Deep.Training.SignalPropagation;

/// <summary>How a transformer knows the order of its positions. All leave the attention of a new model as it is.</summary>
public enum PositionEncoding
{
    /// <summary>Not at all, apart from what the attention itself distinguishes (a causal mask, SPA).</summary>
    None,

    /// <summary>Fixed sines and cosines added to the embedding; over rows and columns for patches (1706.03762).</summary>
    Sinusoidal,

    /// <summary>A trained vector for each position, added to the embedding; up to the configured length.</summary>
    Learned,

    /// <summary>Queries and keys turned by an angle for each pair of features (2104.09864).</summary>
    Rotary,

    /// <summary>A linear penalty of distance on the logits (2108.12409), times a gain for each head that starts at 0.</summary>
    Alibi,

    /// <summary>A trained number for each head and range of distances on the logits, 0 at first (1910.10683).</summary>
    T5Bias,
}
