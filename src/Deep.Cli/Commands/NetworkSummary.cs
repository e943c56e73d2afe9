using Deep.NFNets;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep info</c> says about a network.</summary>
/// <param name="Name">The variant's published name.</param>
/// <param name="Classes">Classes of the head.</param>
/// <param name="Blocks">Blocks in each stage.</param>
/// <param name="Widths">Channels of each stage.</param>
/// <param name="Parameters">Number of parameters.</param>
/// <param name="Train">Cost at the training size.</param>
/// <param name="Test">Cost at the test size.</param>
/// <param name="Asked">Cost at the size that was asked for.</param>
internal sealed record NetworkSummary(
    string Name,
    int Classes,
    IReadOnlyList<int> Blocks,
    IReadOnlyList<int> Widths,
    long Parameters,
    PictureCost Train,
    PictureCost Test,
    PictureCost? Asked)
{
    /// <summary>The size that layers are shown at: the one asked for, or the test size.</summary>
    internal int ShownSize => (Asked ?? Test).Size;

    /// <summary>The costs with their names.</summary>
    internal IEnumerable<(string Name, PictureCost Cost)> Costs => Asked is { } asked
        ? [("training", Train), ("test", Test), ("asked", asked)]
        : [("training", Train), ("test", Test)];

    /// <summary>The summary of a configuration.</summary>
    /// <param name="name">Its published name.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="size">A picture size that is asked for, or null.</param>
    public static NetworkSummary Of(string name, NFNetConfig config, int? size) => new(
        name,
        config.Classes,
        [.. config.Stages.Select(stage => stage.Blocks)],
        [.. config.Stages.Select(stage => stage.Width)],
        NFNetCost.Parameters(config),
        PictureCost.Of(config, config.TrainSize),
        PictureCost.Of(config, config.TestSize),
        size is { } asked ? PictureCost.Of(config, asked) : null);
}
