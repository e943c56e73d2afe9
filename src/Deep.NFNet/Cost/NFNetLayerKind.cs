namespace Deep.NFNets;

/// <summary>What a layer of <see cref="NFNetCost.Layers"/> is.</summary>
public enum NFNetLayerKind
{
    /// <summary>A weight-standardized convolution: weight, bias, gain.</summary>
    Convolution,

    /// <summary>
    /// A fully connected layer of squeeze and excitation, its weight shaped as a 1 x 1 convolution: weight, bias.
    /// </summary>
    Pointwise,

    /// <summary>The convolution along the channels of efficient channel attention: weight.</summary>
    ChannelConvolution,

    /// <summary>The learned scalar of a residual branch.</summary>
    SkipGain,

    /// <summary>The classifier: weight, bias.</summary>
    Classifier,
}
