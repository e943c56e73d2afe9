namespace Deep.Nowcast;

/// <summary>Which frames the spatial discriminator sees.</summary>
public enum FrameChoice
{
    /// <summary>Lead times only, each at most once, drawn for each sample (2104.00954, section A.2; DeepMind's pseudocode).</summary>
    LeadTimesWithoutReplacement,

    /// <summary>Any frames, those of the context too, possibly several times, the same for all samples (openclimatefix).</summary>
    AnyWithReplacement,
}
