namespace Deep.NFNets;

/// <summary>
/// One block with every number resolved: what <see cref="NFNetConfig.Plan"/> makes of a configuration.
/// </summary>
/// <param name="Stage">Index of the stage, from 0.</param>
/// <param name="Index">Index of the block in its stage, from 0.</param>
/// <param name="InputChannels">Channels that enter.</param>
/// <param name="OutputChannels">Channels that leave.</param>
/// <param name="BottleneckChannels">Channels of the 3 x 3 convolutions.</param>
/// <param name="Groups">Groups of the 3 x 3 convolutions.</param>
/// <param name="Stride">Stride of the first 3 x 3 convolution and of the shortcut.</param>
/// <param name="Dilation">Dilation of the second 3 x 3 convolution.</param>
/// <param name="FirstDilation">Dilation of the first 3 x 3 convolution.</param>
/// <param name="Beta">1 / expected standard deviation of the input: scales the activation so that each branch sees unit
/// variance.</param>
/// <param name="DropRate">Stochastic depth: probability that the residual branch is dropped in training.</param>
/// <param name="HasDownsample">True where the shortcut is a convolution, false where it is the identity.</param>
public sealed record NFBlockPlan(
    int Stage,
    int Index,
    int InputChannels,
    int OutputChannels,
    int BottleneckChannels,
    int Groups,
    int Stride,
    int Dilation,
    int FirstDilation,
    double Beta,
    double DropRate,
    bool HasDownsample);
