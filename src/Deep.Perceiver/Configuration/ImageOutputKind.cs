namespace Deep.Perceivers;

/// <summary>How rows become pixels.</summary>
public enum ImageOutputKind
{
    /// <summary>As they are.</summary>
    Pixels,

    /// <summary>A linear layer for each row (a 1 x 1 convolution), with <see cref="ImageOutputConfig.SpatialUpsample"/> as its stride.</summary>
    Conv1x1,

    /// <summary>Transposed convolutions of 4 taps: two, 4 x in height and width, or as many as the upsampling of a video needs.</summary>
    Conv,

    /// <summary>Depth to space: a row's channels (dt dh dw c) are the pixels of a patch.</summary>
    Patches,

    /// <summary>
    /// Convex upsampling as in RAFT (2003.12039, section 3.3): each fine pixel is a learned mean of the nine coarse ones
    /// around it.
    /// </summary>
    Raft,
}
