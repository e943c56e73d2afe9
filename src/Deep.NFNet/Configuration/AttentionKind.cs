namespace Deep.NFNets;

/// <summary>The channel attention of a block.</summary>
public enum AttentionKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Squeeze and excitation (1709.01507): two fully connected layers over pooled channels.</summary>
    SqueezeExcite,

    /// <summary>Efficient channel attention (1910.03151): one short convolution along pooled channels.</summary>
    EfficientChannel,
}
