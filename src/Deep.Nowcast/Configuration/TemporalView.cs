namespace Deep.Nowcast;

/// <summary>What the temporal discriminator sees of a frame: half of its height and width.</summary>
public enum TemporalView
{
    /// <summary>A crop at full resolution, at a random place that is the same for all samples and frames (the paper).</summary>
    RandomCrop,

    /// <summary>The whole frame, averaged over 2 x 2 pixels (openclimatefix).</summary>
    AveragePool,
}
