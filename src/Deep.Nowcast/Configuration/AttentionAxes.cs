namespace Deep.Nowcast;

/// <summary>Over what the attention of the latent stack attends.</summary>
public enum AttentionAxes
{
    /// <summary>Each pixel attends to all pixels of its frame (2104.00954, supplement; DeepMind's pseudocode).</summary>
    Spatial,

    /// <summary>
    /// Each pair of channel and row attends to all such pairs, with the columns as features: what the published weights of
    /// openclimatefix were trained with. Depends on the frame's width.
    /// </summary>
    OpenClimateFix,
}
