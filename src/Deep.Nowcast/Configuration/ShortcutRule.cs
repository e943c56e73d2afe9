namespace Deep.Nowcast;

/// <summary>When the shortcut of a D block has a 1 x 1 convolution; where it has none, the input is pooled as it is.</summary>
public enum ShortcutRule
{
    /// <summary>Where input and output channels differ or the block halves the picture (DeepMind's pseudocode).</summary>
    WidthOrSizeChanges,

    /// <summary>Where input and output channels differ (openclimatefix).</summary>
    WidthChanges,
}
