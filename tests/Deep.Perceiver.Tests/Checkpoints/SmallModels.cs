using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Checkpoints;

/// <summary>Configurations of every published kind, small enough for any test.</summary>
internal static class SmallModels
{
    private static readonly PerceiverConfig Core = new()
    {
        Name = "small",
        Preprocessor = new GridConfig { InputChannels = 6 },
        Latents = 3,
        LatentChannels = 8,
        Blocks = 2,
        LayersPerBlock = 2,
        SelfAttention = new() { Heads = 2 },
    };

    private static readonly ClassificationDecoderConfig Classifier = new() { Classes = 5, Width = 8, UseQueryResidual = true };

    public static IReadOnlyDictionary<string, PerceiverConfig> All { get; } = new Dictionary<string, PerceiverConfig>
    {
        ["bare"] = Core,
        ["text"] = Core with
        {
            Preprocessor = TextConfig.WithLearnedPositions(6, 9, 20),
            Decoder = new QueryDecoderConfig
            {
                Queries = QueryConfig.Learned(9, 6),
                CrossAttention = new() { Heads = 2, QueryKeyWidth = 4, ValueWidth = 6 },
            },
            Postprocessor = new TiedEmbeddingConfig(),
        },
        ["text classes"] = Core with { Preprocessor = TextConfig.WithLearnedPositions(6, 9, 20), Decoder = Classifier },
        ["learned"] = Core with
        {
            Preprocessor = new Conv1x1Config
            {
                ConvChannels = 6,
                Positions = new LearnedConfig { Shape = [4, 3], Width = 6, Projection = 6 },
            },
            Decoder = Classifier with { UseQueryResidual = false },
        },
        ["fourier"] = Core with { Preprocessor = new PixelsConfig { Positions = Fourier(8, 8) }, Decoder = Classifier },
        ["conv"] = Core with
        {
            Preprocessor = new ConvConfig { ConvChannels = 4, Positions = Fourier(8, 8) },
            Decoder = Classifier,
        },
        ["average"] = Core with
        {
            Preprocessor = new PixelsConfig { Positions = Fourier(8, 8) },
            Decoder = new AverageProjectDecoderConfig { Classes = 5 },
        },
        ["flow"] = Core with
        {
            Preprocessor = new PatchesConfig
            {
                InputChannels = 27,
                Video = true,
                MergeTime = true,
                SpatialDownsample = 1,
                TemporalDownsample = 2,
                Projected = 6,
                Positions = Fourier(8, 8),
            },
            Decoder = new FlowDecoderConfig(),
        },
        ["multimodal"] = Core with
        {
            Preprocessor = new MultimodalConfig
            {
                Modalities = new Dictionary<string, PreprocessorConfig>
                {
                    ["audio"] = new AudioConfig { SamplesPerPatch = 4, Positions = Fourier(16) },
                    ["image"] = new PatchesConfig { Video = true, SpatialDownsample = 2, Positions = Fourier(2, 2, 2) },
                    ["label"] = new OneHotConfig { Classes = 5 },
                },
                MinPadding = 4,
                MaskProbabilities = new Dictionary<string, double> { ["audio"] = 0, ["image"] = 0, ["label"] = 1 },
            },
            Decoder = new MultimodalDecoderConfig
            {
                Modalities = new Dictionary<string, QueryConfig>
                {
                    ["audio"] = QueryConfig.Fourier([4], 2, [16]),
                    ["image"] = QueryConfig.Fourier([2, 4, 4], 2, [2, 2, 2]),
                    ["label"] = QueryConfig.Learned(1, 7),
                },
                Outputs = 10,
            },
            Postprocessor = new MultimodalOutputConfig
            {
                Modalities = new Dictionary<string, PostprocessorConfig>
                {
                    ["audio"] = new AudioOutputConfig { SamplesPerPatch = 4 },
                    ["image"] = new ProjectionOutputConfig { Outputs = 3 },
                    ["label"] = new ClassificationOutputConfig { Classes = 5 },
                },
            },
        },
        ["repeated"] = Core with { Blocks = 4, CrossAttends = 3, BlockSharing = Sharing.AllButFirst },
        ["gated"] = Gated(Core) with
        {
            Blocks = 3,
            CrossAttends = 3,
            CrossSharing = Sharing.None,
            BlockSharing = Sharing.None,
            Decoder = new AverageProjectDecoderConfig { Classes = 5, Norm = true },
        },
        ["gated tied"] = Gated(Core) with { Blocks = 4, CrossAttends = 4, BlockSharing = Sharing.AllButFirst },
        ["gated io"] = Gated(Core) with
        {
            Blocks = 3,
            LayersPerBlock = 1,
            BlockSharing = Sharing.None,
            Decoder = new QueryDecoderConfig
            {
                GivenChannels = 5,
                Outputs = 2,
                CrossAttention = new()
                {
                    QueryKeyWidth = 4,
                    Widening = 4,
                    GatedMlp = true,
                    ProjectionBias = false,
                    Mlp = false,
                },
            },
        },
    };

    /// <summary>A network with every tensor different, averages of batch norms among them.</summary>
    public static Perceiver Network(string name)
    {
        var network = new Perceiver(All[name]);
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        using var generator = new Generator(3);
        foreach (var tensor in network.state_dict().Values.Where(tensor => tensor.is_floating_point()))
        {
            tensor.copy_(rand(tensor.shape, generator: generator));
        }

        network.eval();
        return network;
    }

    private static FourierConfig Fourier(params int[] maxResolution) => new() { Bands = 2, MaxResolution = maxResolution };

    private static PerceiverConfig Gated(PerceiverConfig config)
    {
        var attention = new AttentionConfig { Heads = 2, QueryKeyWidth = 4, Widening = 4, GatedMlp = true, ProjectionBias = false };
        return config with { CrossAttention = attention, SelfAttention = attention };
    }
}
