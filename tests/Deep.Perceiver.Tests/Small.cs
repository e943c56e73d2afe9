using Deep.Perceivers;

namespace Deep.Tests.Perceivers;

/// <summary>Networks small enough for any test, one of each kind of input and output.</summary>
internal static class Small
{
    /// <summary>A network of 6 latents of 16 channels that reads an input and has no decoder.</summary>
    public static PerceiverConfig Of(PreprocessorConfig preprocessor, DecoderConfig? decoder = null, PostprocessorConfig? postprocessor = null) => new()
    {
        Name = "small",
        Preprocessor = preprocessor,
        Latents = 6,
        LatentChannels = 16,
        Blocks = 2,
        LayersPerBlock = 2,
        SelfAttention = new AttentionConfig { Heads = 4 },
        Decoder = decoder,
        Postprocessor = postprocessor,
    };

    public static FourierConfig Fourier(params int[] maxResolution) => new() { Bands = 3, MaxResolution = maxResolution };

    public static PerceiverConfig Pixels { get; } = Of(
        new PixelsConfig { Positions = Fourier(8, 8) }, new ClassificationDecoderConfig { Classes = 5, Width = 12, UseQueryResidual = true });

    public static PerceiverConfig Conv { get; } = Of(
        new ConvConfig { ConvChannels = 8, Positions = Fourier(8, 8) }, new ClassificationDecoderConfig { Classes = 5, Width = 12 });

    public static PerceiverConfig Learned { get; } = Of(
        new Conv1x1Config { ConvChannels = 7, Positions = new LearnedConfig { Shape = [8, 8], Width = 6, Projection = 5 } },
        new AverageProjectDecoderConfig { Classes = 5 });

    public static PerceiverConfig Text { get; } = Of(
        TextConfig.WithLearnedPositions(width: 8, maxLength: 20, vocabulary: 30),
        new QueryDecoderConfig { Queries = QueryConfig.Learned(20, 8), InputMaskIsQueryMask = true },
        new TiedEmbeddingConfig()) with
    { CrossAttention = new AttentionConfig { Heads = 2, QueryKeyWidth = 8, ValueWidth = 16 } };

    public static PerceiverConfig Flow { get; } = Of(
        new PatchesConfig
        {
            InputChannels = 27,
            Video = true,
            MergeTime = true,
            TemporalDownsample = 2,
            SpatialDownsample = 1,
            Projected = 9,
            Positions = Fourier(6, 7),
        },
        new FlowDecoderConfig());

    public static PerceiverConfig Points { get; } = Of(
        new PointsConfig { Positions = Fourier(20, 20, 20) }, new AverageProjectDecoderConfig { Classes = 4 });

    public static PerceiverConfig Video { get; } = Of(
        new PatchesConfig { Video = true, SpatialDownsample = 2, Positions = Fourier(2, 4, 4) },
        new VideoAutoencodingDecoderConfig { Queries = QueryConfig.Fourier([2, 4, 6], 3) });

    public static PerceiverConfig Multimodal { get; } = Of(
        new MultimodalConfig
        {
            MinPadding = 4,
            Modalities = new SortedDictionary<string, PreprocessorConfig>
            {
                ["label"] = new OneHotConfig { Classes = 9 },
                ["image"] = new PatchesConfig { Video = true, SpatialDownsample = 4, Positions = Fourier(2, 2, 2) },
                ["audio"] = new AudioConfig { SamplesPerPatch = 4, Positions = Fourier(64) },
            },
            MaskProbabilities = new Dictionary<string, double> { ["label"] = 1 },
        },
        new MultimodalDecoderConfig
        {
            Modalities = new SortedDictionary<string, QueryConfig>
            {
                ["label"] = QueryConfig.Learned(1, 11),
                ["image"] = QueryConfig.Fourier([2, 8, 8], 3, [2, 2, 2]) with { Grid = GridPositions.HalfOpen },
                ["audio"] = QueryConfig.Fourier([8], 3, [64]) with { Grid = GridPositions.HalfOpen },
            },
            Outputs = 10,
        },
        new MultimodalOutputConfig
        {
            Modalities = new SortedDictionary<string, PostprocessorConfig>
            {
                ["label"] = new ClassificationOutputConfig { Classes = 9 },
                ["image"] = new ProjectionOutputConfig { Outputs = 3 },
                ["audio"] = new AudioOutputConfig { SamplesPerPatch = 4 },
            },
        });
}
