namespace Deep.Training.SignalPropagation;

/// <summary>What the signal of a network can suffer from.</summary>
public enum SignalFinding
{
    /// <summary>Nothing that the bounds know.</summary>
    Healthy,

    /// <summary>A stream or a gradient has NaN or infinite numbers.</summary>
    NotFinite,

    /// <summary>Distant positions have become the same direction: what a block reads no longer tells them apart.</summary>
    RankCollapse,

    /// <summary>The stream shrinks.</summary>
    VanishingSignal,

    /// <summary>The stream grows.</summary>
    ExplodingSignal,

    /// <summary>The gradient shrinks on its way from the output to the input.</summary>
    VanishingGradients,

    /// <summary>The gradient grows on its way from the output to the input.</summary>
    ExplodingGradients,
}
