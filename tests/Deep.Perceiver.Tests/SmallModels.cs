using Deep.Media;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

/// <summary>A network for each task, small enough for any test.</summary>
internal static class SmallModels
{
    /// <summary>A language model of 64 bytes.</summary>
    public static PerceiverConfig Language { get; } = Core("small-language") with
    {
        Preprocessor = TextConfig.WithLearnedPositions(16, 64),
        Decoder = new QueryDecoderConfig { Queries = QueryConfig.Learned(64, 16), CrossAttention = new() { Heads = 2, QueryKeyWidth = 8, ValueWidth = 16 } },
        Postprocessor = new TiedEmbeddingConfig(),
    };

    /// <summary>A classifier of pictures of 16 x 16 pixels, five classes.</summary>
    public static PerceiverConfig Images { get; } = Core("small-images") with
    {
        Preprocessor = new PixelsConfig { Positions = new FourierConfig { Bands = 4, MaxResolution = [16, 16] } },
        Decoder = new ClassificationDecoderConfig { Classes = 5, Width = 24, UseQueryResidual = true },
    };

    /// <summary>Optical flow of tiles of 12 x 16 pixels.</summary>
    public static PerceiverConfig Flow { get; } = Core("small-flow") with
    {
        Preprocessor = new PatchesConfig
        {
            InputChannels = FlowPatches.Channels,
            Video = true,
            MergeTime = true,
            SpatialDownsample = 1,
            TemporalDownsample = 2,
            Projected = 8,
            Positions = new FourierConfig { Bands = 3, MaxResolution = [12, 16] },
        },
        Decoder = new FlowDecoderConfig(),
    };

    /// <summary>Video of 4 frames of 8 x 8 pixels with 96 samples of sound and seven labels.</summary>
    public static PerceiverConfig Clips { get; } = Core("small-clips") with
    {
        Preprocessor = new MultimodalConfig
        {
            MinPadding = 4,
            MaskProbabilities = new Dictionary<string, double> { ["label"] = 1 },
            Modalities = new Dictionary<string, PreprocessorConfig>
            {
                ["image"] = new PatchesConfig { Video = true, SpatialDownsample = 2, Positions = new FourierConfig { Bands = 2, MaxResolution = [4, 4, 4] } },
                ["audio"] = new AudioConfig { SamplesPerPatch = 8, Positions = new FourierConfig { Bands = 3, MaxResolution = [96] } },
                ["label"] = new OneHotConfig { Classes = 7 },
            },
        },
        Decoder = new MultimodalDecoderConfig
        {
            Outputs = 16,
            Modalities = new Dictionary<string, QueryConfig>
            {
                ["image"] = QueryConfig.Fourier([4, 8, 8], 2) with { Grid = GridPositions.HalfOpen },
                ["audio"] = QueryConfig.Fourier([12], 3, [96]) with { Grid = GridPositions.HalfOpen },
                ["label"] = QueryConfig.Learned(1, 20),
            },
        },
        Postprocessor = new MultimodalOutputConfig
        {
            Modalities = new Dictionary<string, PostprocessorConfig>
            {
                ["image"] = new ProjectionOutputConfig { Outputs = 3 },
                ["audio"] = new AudioOutputConfig { SamplesPerPatch = 8 },
                ["label"] = new ClassificationOutputConfig { Classes = 7 },
            },
        },
    };

    /// <summary>A classifier of point clouds, three classes.</summary>
    public static PerceiverConfig Points { get; } = Core("small-points") with
    {
        Preprocessor = new PointsConfig { Positions = new FourierConfig { Bands = 4, MaxResolution = [20, 20, 20] } },
        Decoder = new AverageProjectDecoderConfig { Classes = 3 },
    };

    /// <summary>A network whose answers differ from input to input.</summary>
    public static Perceiver Seeded(PerceiverConfig config)
    {
        manual_seed(11);
        var network = new Perceiver(config, TestDevice.Current);
        using var _ = no_grad();
        foreach (var (_, parameter) in network.named_parameters())
        {
            // Flow and average-then-project begin with zeros: every answer would be the same.
            parameter.normal_(0, 0.3);
        }

        network.eval();
        return network;
    }

    /// <summary>Tensors alive in the process, once finalizers have freed what other tests left.</summary>
    public static long TensorsInProcess()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    /// <summary>A picture of random pixels.</summary>
    public static Picture Noise(int width, int height, int seed)
    {
        var bytes = new byte[width * height * 3];
        new Random(seed).NextBytes(bytes);
        return new Picture(width, height, bytes);
    }

    private static PerceiverConfig Core(string name) => new()
    {
        Name = name,
        Preprocessor = new GridConfig { InputChannels = 1 },
        Latents = 6,
        LatentChannels = 16,
        Blocks = 2,
        LayersPerBlock = 1,
        SelfAttention = new() { Heads = 4 },
    };
}
