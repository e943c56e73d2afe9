namespace Deep.NFNets;

/// <summary>Where in the residual branch the channel attention stands.</summary>
public enum AttentionPlacement
{
    /// <summary>After the last convolution, on the block's output channels (NFNet, NF-ResNet).</summary>
    AfterProjection,

    /// <summary>Before the last convolution, on the bottleneck's channels (NF-RegNet).</summary>
    InBottleneck,
}
