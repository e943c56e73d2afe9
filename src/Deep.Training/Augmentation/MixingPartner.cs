namespace Deep.Training;

/// <summary>Where the partner of a picture that is shown in several copies comes from.</summary>
/// <remarks>What the paper of multiplicity does (2105.13343) is not said in it, so it is an option.</remarks>
public enum MixingPartner
{
    /// <summary>Each copy is mixed with a partner and a ratio of its own: mixing is one more augmentation.</summary>
    PerCopy,

    /// <summary>
    /// All copies of a picture are mixed with copies of the same partner, with the same ratio and the same box, so that
    /// they share a target.
    /// </summary>
    Shared,
}
