using Deep.NFNets;

namespace Deep.Experiments;

/// <summary>The network of the experiments: the paper's form at a size that one core trains in seconds.</summary>
internal static class ExperimentNetwork
{
    /// <summary>Three blocks in two stages on pictures of 16 pixels; squeeze and excitation, SkipInit, gains as in F0.</summary>
    public static NFNetConfig Config { get; } = new()
    {
        Name = "experiment",
        Classes = 10,
        Stem = [new NFNetStemConv(16, 3, 2)],
        Stages =
        [
            new NFNetStage(1, 48, 2) { GroupWidth = 0 },
            new NFNetStage(2, 96, 2) { GroupWidth = 0 },
        ],
        FinalChannels = 192,
        TrainSize = 16,
        TestSize = 16,
    };
}
