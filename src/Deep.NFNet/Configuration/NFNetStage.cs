namespace Deep.NFNets;

/// <summary>One stage of a network: blocks of the same width, the first of which may reduce the resolution.</summary>
/// <param name="Blocks">Number of blocks, 1 or more.</param>
/// <param name="Width">Output channels of each block.</param>
/// <param name="Stride">Stride of the first block, 1 or 2.</param>
public sealed record NFNetStage(int Blocks, int Width, int Stride)
{
    /// <summary>
    /// Bottleneck width as a share of the output (or input, see <see cref="BigWidth"/>) channels. Default 0.5, the
    /// paper's.
    /// </summary>
    public double Expansion { get; init; } = 0.5;

    /// <summary>Channels in each group of the 3 x 3 convolutions; 0: not grouped. Default 128, the paper's.</summary>
    public int GroupWidth { get; init; } = 128;

    /// <summary>
    /// True: the bottleneck's width follows the output channels (NFNet). False: the input channels (NF-RegNet).
    /// </summary>
    public bool BigWidth { get; init; } = true;
}
