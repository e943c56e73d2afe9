namespace Deep.NFNets;

/// <summary>One convolution of the stem.</summary>
/// <param name="Channels">Output channels.</param>
/// <param name="Kernel">Side of the square kernel, odd.</param>
/// <param name="Stride">Stride, 1 or more.</param>
public sealed record NFNetStemConv(int Channels, int Kernel, int Stride);
