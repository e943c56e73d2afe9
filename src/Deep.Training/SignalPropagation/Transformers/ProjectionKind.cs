namespace Deep.Training.SignalPropagation;

/// <summary>What multiplies the values, or the attended values, of an attention.</summary>
public enum ProjectionKind
{
    /// <summary>A trained matrix.</summary>
    Linear,

    /// <summary>Nothing: the features pass as they are.</summary>
    Identity,

    /// <summary>residual gain * W + skip gain * I, with W = 0 at first (2311.01906, equation 6).</summary>
    IdentitySkip,

    /// <summary>residual gain * W + skip gain * Q, with a fixed random orthogonal Q and W = 0 at first.</summary>
    OrthogonalSkip,
}
