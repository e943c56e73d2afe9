namespace Deep.Training;

/// <summary>Where published code for RandAugment departs from what its operations' names promise.</summary>
/// <remarks>Immutable, safe for many threads.</remarks>
public sealed record RandAugmentQuirks
{
    /// <summary>None: every operation grows stronger with the magnitude, at any size of picture. The default.</summary>
    public static RandAugmentQuirks None { get; } = new();

    /// <summary>All that the published NFNets were trained with (deepmind-research, nfnets/autoaugment.py).</summary>
    public static RandAugmentQuirks DeepMind2021 { get; } = new()
    {
        LevelsRunBackwards = true,
        DistancesAreInPixels = true,
        ContrastFollowsPictureSize = true,
    };

    /// <summary>
    /// Posterize and Solarize grow weaker with the magnitude (at 10 and above Solarize does nothing; at 5 Posterize keeps
    /// 2 bits, at 15 it keeps 6), and the factor of Color, Contrast, Brightness and Sharpness runs from 0.1 at 0 over
    /// exactly 1, which changes nothing, at 5 to 2.8 at 15, without a random sign.
    /// </summary>
    public bool LevelsRunBackwards { get; init; }

    /// <summary>
    /// Moves are in pixels (100 at magnitude 10) and so is the half side of Cutout (40), whatever the size of the picture;
    /// without this they are those of a picture of 224 pixels, scaled to the picture's sides.
    /// </summary>
    public bool DistancesAreInPixels { get; init; }

    /// <summary>
    /// Contrast pulls towards H · W / 256, at most 255, in place of the picture's mean: the mean of a histogram's counts
    /// taken for the mean of the values.
    /// </summary>
    public bool ContrastFollowsPictureSize { get; init; }
}
