namespace Deep.NFNets;

/// <summary>How a block that changes resolution or width makes its shortcut.</summary>
public enum ShortcutKind
{
    /// <summary>2 x 2 average pooling, then a 1 x 1 convolution (NFNet, NF-RegNet, and timm's NF-ResNet).</summary>
    PooledProjection,

    /// <summary>A strided 1 x 1 convolution (DeepMind's NF-ResNet).</summary>
    StridedProjection,
}
