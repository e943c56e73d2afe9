using Deep.NFNets;

namespace Deep.Cli.Training;

/// <summary>A small NFNet for pictures of about 32 pixels, such as CIFAR's, that two CPU cores can train.</summary>
/// <remarks>
/// The published networks reduce a picture 32-fold, which would leave a single pixel here; this one reduces it 8-fold.
/// For the rest it is built as they are: bottlenecks with two 3 x 3 convolutions, squeeze and excitation, SkipInit, and a
/// wide last convolution.
/// </remarks>
internal static class SmallPictures
{
    /// <summary>The name by which a command line asks for it.</summary>
    public const string Name = "cifar";

    /// <summary>The configuration; classes, size and normalization are CIFAR-10's until they are changed.</summary>
    public static NFNetConfig Config { get; } = new()
    {
        Name = Name,
        Classes = 10,
        Stem = [new NFNetStemConv(24, 3, 1), new NFNetStemConv(48, 3, 2)],
        Stages =
        [
            new NFNetStage(1, 96, 1) { GroupWidth = 0 },
            new NFNetStage(2, 192, 2) { GroupWidth = 0 },
            new NFNetStage(2, 384, 2) { GroupWidth = 0 },
        ],
        FinalChannels = 768,
        Activation = Activation.Silu,
        Dropout = 0.1,
        TrainSize = 32,
        TestSize = 32,
        CropFraction = 1,
        Squash = true,
        Mean = [0.4914, 0.4822, 0.4465],
        StandardDeviation = [0.2470, 0.2435, 0.2616],
    };
}
