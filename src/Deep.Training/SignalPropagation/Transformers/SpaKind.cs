namespace Deep.Training.SignalPropagation;

/// <summary>The kernels that shaped attention keeps (2302.10322).</summary>
public enum SpaKind
{
    /// <summary>E-SPA: exp(-gamma |i - j|), gamma falling from layer to layer.</summary>
    Exponential,

    /// <summary>U-SPA: rho between all pairs of positions, rho rising from layer to layer.</summary>
    Uniform,

    /// <summary>
    /// E-SPA with the mistake of SimplEsT-ViT's public code (see <see cref="SpaSchedule.ColumnNormalized"/>), not causal: only to run what
    /// was trained with it.
    /// </summary>
    ColumnNormalized,
}
