using Deep.NFNets;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>Where a training run's network comes from.</summary>
internal interface INetworkSource
{
    /// <summary>What will be built, but for its classes and its size of pictures.</summary>
    NFNetConfig Config { get; }

    /// <summary>Builds the network that is trained.</summary>
    /// <param name="classes">Its classes.</param>
    /// <param name="size">Side of its pictures.</param>
    /// <param name="device">Where it is.</param>
    /// <returns>The network. The caller disposes it.</returns>
    NFNet Build(int classes, int size, Device device);
}
