namespace Deep.Training.SignalPropagation;

/// <summary>The published blocks: each is one preset of <see cref="TransformerBlockConfig"/>.</summary>
public enum BlockKind
{
    /// <summary>
    /// No skip, no normalisation, ordinary attention: the control whose rank collapses with depth (2302.10322, section 3).
    /// </summary>
    Plain,

    /// <summary>Normalisation in front of each sub-block, skips of 1 (2002.04745).</summary>
    PreLN,

    /// <summary>Normalisation behind each sum of skip and sub-block (1706.03762).</summary>
    PostLN,

    /// <summary>E-SPA: attention that keeps exponentially decaying kernels, no skip, no normalisation (2302.10322).</summary>
    ExponentialSpa,

    /// <summary>U-SPA: attention that keeps uniform kernels, no skip, no normalisation (2302.10322).</summary>
    UniformSpa,

    /// <summary>Attention matrix alpha I + beta A with alpha = 1 and beta = 0 at first (2302.10322).</summary>
    ValueSkipInit,

    /// <summary>Shaped attention alpha I + beta A - gamma C with gains of 1 (2306.17759; 2311.01906, equation 5).</summary>
    Shaped,

    /// <summary>Simplified attention sub-block: shaped, identity values and projections (2311.01906, section 4).</summary>
    Sas,

    /// <summary>SAS beside the MLP instead of before it, without any skip (2311.01906, section 4.3).</summary>
    SasParallel,

    /// <summary>Attention and MLP read the same normalised stream (GPT-J).</summary>
    Parallel,

    /// <summary>Outlier-protected: normalised queries and keys instead of normalised streams (2405.19279).</summary>
    OutlierProtected,
}
