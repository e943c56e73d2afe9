namespace Deep.Nowcast;

/// <summary>The channels of one frame in the conditioning stack, at the four resolutions; S = <see cref="DgmrConfig.ContextChannels"/>.</summary>
public enum ConditioningWidths
{
    /// <summary>S/4, S/2, S, 2S over the frames: 24, 48, 96, 192 of 384; mixing the frames halves them (the paper's text, openclimatefix).</summary>
    Reduced,

    /// <summary>S/8, S/4, S/2, S for each frame: 48, 96, 192, 384 of 384 (DeepMind's pseudocode).</summary>
    Full,
}
