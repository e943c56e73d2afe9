namespace Deep.NFNets;

/// <summary>How a network spreads and scales stochastic depth.</summary>
public enum StochasticDepthRule
{
    /// <summary>
    /// DeepMind: block i of n drops with rate * i / n (the rate itself is never reached); survivors are not rescaled.
    /// </summary>
    DeepMind,

    /// <summary>
    /// timm: block i of n drops with rate * i / (n - 1); survivors are divided by the probability of survival.
    /// </summary>
    Timm,
}
