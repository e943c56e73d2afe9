namespace Deep.Nowcast;

/// <summary>How a stochastic member is made to rain as much as was observed.</summary>
public enum ProbabilityMatching
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The mean of the wet cells is shifted to the observed one, in decibels.</summary>
    MeanShift,

    /// <summary>Ranks are kept, and each value becomes the observed one of its rank: area and distribution stay.</summary>
    Distribution,
}
