using Deep.Checkpoints;
using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Nowcast.Graph;

/// <summary>DGMR's blocks, stacks, generators and discriminators, against openclimatefix and DeepMind's pseudocode.</summary>
public sealed class DgmrFamily : IParityFamily
{
    private static readonly string[] Models =
    [
        "AttentionLayer", "ConvGRU", "ConvGRUCell", "ContextConditioningStack", "DBlock", "GBlock", "UpsampleGBlock", "LBlock",
        "LatentConditioningStack", "Sampler", "Generator", "DGMR", "Discriminator", "SpatialDiscriminator", "TemporalDiscriminator",
    ];

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "nowcast" && Models.Contains(parity.Model);

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        using var checkpoint = new SpectralCheckpoint(parity);
        switch (parity.Model)
        {
            case "Generator" or "DGMR":
                RunGenerator(parity, checkpoint, check);
                break;
            case "Discriminator":
                RunDiscriminators(parity, checkpoint, check);
                break;
            default:
                DgmrPartCase.Run(parity, checkpoint, check);
                break;
        }
    }

    private static void RunGenerator(ParityCase parity, ICheckpoint checkpoint, CaseCheck check)
    {
        using var inference = inference_mode();
        var config = DgmrCaseConfig.Generator(parity);
        using var network = DgmrCheckpoint.LoadGenerator([checkpoint], config);
        using var renamed = new RenamedCheckpoint([checkpoint]);
        check.Agree("the recognised sizes", Sizes(config), Sizes(DgmrVariants.ConfigOf(renamed, null)), 0);
        check.Give("out", network.forward(parity.Tensor("x"), parity.Tensor("z")));
    }

    private static double[] Sizes(DgmrConfig config) =>
    [
        config.InputChannels, config.ContextFrames, config.ContextChannels, config.LatentChannels, config.NoiseChannels,
        (int)config.GeneratorHidden, (int)config.DiscriminatorHidden, (int)config.Conditioning, config.UnusedShortcuts ? 1 : 0,
    ];

    private static void RunDiscriminators(ParityCase parity, ICheckpoint checkpoint, CaseCheck check)
    {
        using var inference = inference_mode();
        var config = DgmrCaseConfig.Variant(parity.Config) with
        {
            InputChannels = parity.Config.Whole("input_channels"),
            SpatialFrames = parity.Config.Whole("num_spatial_frames"),
        };
        using var network = DgmrCheckpoint.LoadDiscriminator([checkpoint], config);
        var view = new DiscriminatorView([parity.Config.Integers("frame_indices")]);
        check.Give("out", network.forward(parity.Tensor("x"), view).unsqueeze(2));
    }
}
