namespace Deep.Perceivers.Recipes;

/// <summary>Perceivers that a CPU trains in seconds to minutes: the papers' forms at a hundredth of their size.</summary>
/// <remarks>Starting points: change them by <c>with</c>.</remarks>
public static class SmallPerceivers
{
    /// <summary>Digits of 8 x 8 pixels: 16 latents of 64 channels, three shared blocks of two layers.</summary>
    public static PerceiverConfig Digits { get; } = new()
    {
        Name = "digits",
        Preprocessor = Pixels(8),
        Latents = 16,
        LatentChannels = 64,
        Blocks = 3,
        LayersPerBlock = 2,
        SelfAttention = new AttentionConfig { Heads = 4 },
        Decoder = new ClassificationDecoderConfig { Classes = DigitSet.Classes, Width = 64, UseQueryResidual = true },
    };

    /// <summary>Digits and their labels through 8 latents of 32 channels, given back by 65 queries.</summary>
    public static PerceiverConfig DigitAutoencoder { get; } = new()
    {
        Name = "digit-autoencoder",
        Preprocessor = Pixels(8),
        Latents = 8,
        LatentChannels = 32,
        Blocks = 3,
        LayersPerBlock = 2,
        SelfAttention = new AttentionConfig { Heads = 4 },
        Decoder = new MultimodalDecoderConfig
        {
            Modalities = new Dictionary<string, QueryConfig>
            {
                [DigitAutoencoding.Image] = QueryConfig.Fourier([DigitSet.Side, DigitSet.Side], 8),
                [DigitAutoencoding.Label] = QueryConfig.Learned(1, 32),
            },
            Outputs = 32,
        },
        Postprocessor = new MultimodalOutputConfig
        {
            Modalities = new Dictionary<string, PostprocessorConfig>
            {
                [DigitAutoencoding.Image] = new ProjectionOutputConfig { Outputs = 1 },
                [DigitAutoencoding.Label] = new ClassificationOutputConfig { Classes = DigitSet.Classes },
            },
        },
    };

    /// <summary>Point clouds: 32 latents of 96 channels, two cross-attends, two shared blocks of three layers, mean of the latents.</summary>
    /// <param name="classes">Classes, 1 or more.</param>
    public static PerceiverConfig Points(int classes) => new()
    {
        Name = "points",
        Preprocessor = new PointsConfig { Positions = new FourierConfig { Bands = 16, MaxResolution = [40, 40, 40] } },
        Latents = 32,
        LatentChannels = 96,
        CrossAttends = 2,
        Blocks = 2,
        LayersPerBlock = 3,
        SelfAttention = new AttentionConfig { Heads = 4 },
        Decoder = new AverageProjectDecoderConfig { Classes = classes },
    };

    /// <summary>Masked bytes: half as many latents as bytes, Fourier features of the places in the input and in the queries.</summary>
    /// <remarks>
    /// The released model learns its positions, adds them to embeddings fifty times their size, and needs many thousand steps
    /// before it tells one place from another. Features of the places are there from the start.
    /// </remarks>
    /// <param name="context">Bytes of a window, 2 or more.</param>
    /// <param name="width">Channels of a latent, a multiple of 8.</param>
    /// <param name="layers">Layers of latent self-attention.</param>
    public static PerceiverConfig Bytes(int context, int width = 128, int layers = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(context, 2);
        var places = new FourierConfig { Bands = 16, MaxResolution = [context] };
        var heads = new AttentionConfig { Heads = 4, QueryKeyWidth = width / 2, ValueWidth = width };
        return new()
        {
            Name = "bytes",
            Preprocessor = new TextConfig { Vocabulary = ByteTokenizer.VocabularySize, Width = width / 2, MaxLength = context, Positions = places },
            Latents = context / 2,
            LatentChannels = width,
            LatentScale = 1,
            Blocks = 1,
            LayersPerBlock = layers,
            CrossAttention = heads,
            SelfAttention = new AttentionConfig { Heads = 4 },
            Decoder = new QueryDecoderConfig
            {
                Queries = new QueryConfig { Shape = [context], Positions = places with { Projection = width } },
                CrossAttention = heads,
            },
            Postprocessor = new ProjectionOutputConfig { Outputs = ByteTokenizer.VocabularySize },
        };
    }

    /// <summary>Optical flow of small frames: the released model's form with 32 latents of 128 channels, four layers, and outputs that are not divided.</summary>
    /// <remarks>
    /// Unlike the released model, the decoder adds the query: the small one finds motion in each pixel's neighbourhood first,
    /// before its latents tell one motion of the whole picture from another.
    /// </remarks>
    /// <param name="height">Height of a frame.</param>
    /// <param name="width">Width of a frame.</param>
    public static PerceiverConfig Flow(int height, int width) => new()
    {
        Name = "flow",
        Preprocessor = new PatchesConfig
        {
            InputChannels = FlowPatches.Channels,
            Video = true,
            MergeTime = true,
            SpatialDownsample = 1,
            TemporalDownsample = 2,
            Projected = 64,
            Positions = new FourierConfig { Bands = 8, MaxResolution = [height, width] },
        },
        Latents = 32,
        LatentChannels = 128,
        Blocks = 1,
        LayersPerBlock = 4,
        SelfAttention = new AttentionConfig { Heads = 4 },
        Decoder = new FlowDecoderConfig { RescaleFactor = 1, UseQueryResidual = true, CrossAttention = new AttentionConfig { Widening = 2 } },
    };

    private static PixelsConfig Pixels(int bands) => new()
    {
        InputChannels = 1,
        Positions = new FourierConfig { Bands = bands, MaxResolution = [DigitSet.Side, DigitSet.Side] },
    };
}
