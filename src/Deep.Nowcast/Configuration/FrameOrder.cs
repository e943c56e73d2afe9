namespace Deep.Nowcast;

/// <summary>The order of the channels when the conditioning stack joins the frames.</summary>
public enum FrameOrder
{
    /// <summary>All channels of the first frame, then those of the second (DeepMind's pseudocode).</summary>
    TimeMajor,

    /// <summary>The first channel of all frames, then the second (openclimatefix).</summary>
    ChannelMajor,
}
