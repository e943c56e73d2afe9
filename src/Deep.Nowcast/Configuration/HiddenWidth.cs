namespace Deep.Nowcast;

/// <summary>The channels between the two 3 x 3 convolutions of a residual block.</summary>
public enum HiddenWidth
{
    /// <summary>As many as come in: D blocks of DeepMind's pseudocode, G blocks of openclimatefix.</summary>
    Input,

    /// <summary>As many as go out: G blocks of DeepMind's pseudocode, D blocks of openclimatefix.</summary>
    Output,
}
