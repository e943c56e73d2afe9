using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>How a checkpoint becomes a network.</summary>
public sealed record NFNetLoadOptions
{
    /// <summary>
    /// What to build; null: what the checkpoint's metadata say, else the published variant that has these tensors.
    /// </summary>
    public NFNetConfig? Config { get; init; }

    /// <summary>Where the network is; null: the default device.</summary>
    public Device? Device { get; init; }

    /// <summary>
    /// A new head of so many classes (0: none) on the checkpoint's body, freshly initialised and not read from the file
    /// even where the number is the same; null: the checkpoint's own head.
    /// </summary>
    public int? NewClasses { get; init; }

    /// <summary>
    /// Input channels, 1 or more, where they differ from the checkpoint's: the first convolution's weights are summed
    /// for one channel, repeated for others; null: the checkpoint's.
    /// </summary>
    public int? InputChannels { get; init; }

    /// <summary>
    /// A change of the configuration that leaves every tensor as it is, such as dropout, stochastic depth and picture
    /// sizes; null: none. It is made to <see cref="Config"/> or to what the checkpoint says.
    /// </summary>
    public Func<NFNetConfig, NFNetConfig>? Change { get; init; }
}
