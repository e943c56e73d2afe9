namespace Deep.Training.SignalPropagation;

/// <summary>A normalisation over the features of one position.</summary>
public enum NormKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Mean 0 and variance 1, then weight and bias (1607.06450).</summary>
    LayerNorm,

    /// <summary>w x / (rms(x) + epsilon) (1910.07467).</summary>
    RmsNorm,
}
