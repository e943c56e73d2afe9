using Deep.NFNets;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

/// <summary>A network small enough for any test, with every kind of block.</summary>
internal static class Small
{
    public static NFNetConfig Config { get; } = NFNetConfig.F0 with
    {
        Name = "small",
        Classes = 5,
        Stem = [new(4, 3, 2), new(8, 3, 1), new(8, 3, 1), new(16, 3, 2)],
        Stages = [new(1, 16, 1) { GroupWidth = 4 }, new(2, 32, 2) { GroupWidth = 8 }],
        FinalChannels = 24,
        Dropout = 0,
        StochasticDepth = 0,
        TrainSize = 32,
        TestSize = 32,
    };

    /// <summary>Sets the gains that start at 0, so that branches weigh in the output.</summary>
    public static void OpenBranches(NFNet network, double gain = 0.7)
    {
        using var _ = no_grad();
        foreach (var block in network.Blocks)
        {
            (block.SkipInitGain ?? block.Conv3.Gain).fill_(gain);
        }
    }
}
