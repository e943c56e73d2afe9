namespace Deep.Perceivers;

// Sources: "DM" is google-deepmind/deepmind-research perceiver/colabs and train/experiment.py, which the released weights
// belong to; "P" is Perceiver, 2103.03206; "IO" is Perceiver IO, 2107.14795. Parameters are counted in the tests.

/// <content>The published configurations.</content>
public sealed partial record PerceiverConfig
{
    /// <summary>Masked language modelling on bytes, 201,108,230 parameters (DM; IO, table 11).</summary>
    public static PerceiverConfig LanguageBytes { get; } = Language("language-perceiver", latentChannels: 1280, layers: 26);

    /// <summary>Masked language modelling on bytes, the larger "IO++" that was never released (IO, table 11).</summary>
    public static PerceiverConfig LanguageBytesLarge { get; } = Language("language-perceiver-io++", latentChannels: 1536, layers: 40);

    /// <summary>ImageNet from pixels with learned positions, 62,255,848 parameters (DM).</summary>
    /// <remarks>Hugging Face's model of these weights adds the decoder's query; DeepMind's does not.</remarks>
    public static PerceiverConfig ImageNetLearned { get; } = ImageNet("vision-perceiver-learned", new Conv1x1Config
    {
        ConvChannels = 256,
        Positions = new LearnedConfig { Shape = [224, 224], Width = 256, Projection = 256 },
    }, queryResidual: false);

    /// <summary>ImageNet from pixels with Fourier features, 48,440,627 parameters (DM; IO, section H).</summary>
    public static PerceiverConfig ImageNetFourier { get; } = ImageNet("vision-perceiver-fourier", new PixelsConfig
    {
        Positions = new FourierConfig { Bands = 64, MaxResolution = [224, 224] },
    });

    /// <summary>ImageNet with a convolutional front end, 48,646,522 parameters (DM; IO, section H).</summary>
    public static PerceiverConfig ImageNetConv { get; } = ImageNet("vision-perceiver-conv", new ConvConfig
    {
        Positions = new FourierConfig { Bands = 64, MaxResolution = [56, 56] },
    });

    /// <summary>
    /// Configuration B, pretrained on JFT and never released: pixels projected to 256 channels, 16 layers of their own,
    /// MLPs four times as wide (IO, section H).
    /// </summary>
    public static PerceiverConfig ImageNetB { get; } = ImageNet("imagenet-b", new Conv1x1Config
    {
        ConvChannels = 256,
        Positions = new FourierConfig { Bands = 64, MaxResolution = [224, 224] },
    }) with
    { Blocks = 1, LayersPerBlock = 16, SelfAttention = new AttentionConfig { Heads = 8, Widening = 4 } };

    /// <summary>Optical flow of 368 x 496 pixels, 41,057,134 parameters (DM; IO, section 4.2). Input [B, 2, 27, H, W].</summary>
    public static PerceiverConfig OpticalFlow { get; } = Flow(368, 496);

    /// <summary>Autoencoding of 16 frames of 224 x 224 with sound and label, 19,858,855 parameters (DM; IO, section 4.3).</summary>
    public static PerceiverConfig Multimodal { get; } = Autoencoder(784);

    /// <summary>The same with half of the latents: 176-fold compression (IO, table 6).</summary>
    public static PerceiverConfig MultimodalHalf { get; } = Autoencoder(392) with { Name = "multimodal-perceiver-176x" };

    /// <summary>The same with a quarter of the latents: 352-fold compression (IO, table 6).</summary>
    public static PerceiverConfig MultimodalQuarter { get; } = Autoencoder(196) with { Name = "multimodal-perceiver-352x" };

    /// <summary>The original Perceiver on ImageNet: 8 cross-attends, one latent transformer; 44,912,254 parameters (P, section 4.1).</summary>
    public static PerceiverConfig PerceiverImageNet { get; } = new()
    {
        Name = "perceiver-imagenet",
        Preprocessor = new PixelsConfig { Positions = new FourierConfig { Bands = 64, MaxResolution = [224, 224] } },
        CrossAttends = 8,
        Decoder = new AverageProjectDecoderConfig { Classes = 1000 },
    };

    /// <summary>The original Perceiver on ImageNet with one cross-attend, 42,135,859 parameters (P, section 4.1).</summary>
    public static PerceiverConfig PerceiverImageNetOneCross { get; } =
        PerceiverImageNet with { Name = "perceiver-imagenet-1-cross", CrossAttends = 1 };

    /// <summary>The original Perceiver on ImageNet with nothing shared, 326.2M parameters (P, section 4.1).</summary>
    public static PerceiverConfig PerceiverImageNetUnshared { get; } = PerceiverImageNet with
    {
        Name = "perceiver-imagenet-unshared",
        CrossSharing = Sharing.None,
        BlockSharing = Sharing.None,
    };

    /// <summary>Point clouds of ModelNet40: positions of some 2,048 points alone, 2 cross-attends (P, section 4.3).</summary>
    public static PerceiverConfig ModelNet40 { get; } = new()
    {
        Name = "perceiver-modelnet40",
        Preprocessor = new PointsConfig { Positions = new FourierConfig { Bands = 64, MaxResolution = [1120, 1120, 1120] } },
        CrossAttends = 2,
        Blocks = 2,
        Decoder = new AverageProjectDecoderConfig { Classes = 40 },
    };

    /// <summary>AudioSet from raw sound and video: 480 x 128 samples, 32 frames of 224 x 224 in patches of 2 x 8 x 8 (P, section 4.2).</summary>
    public static PerceiverConfig AudioSetRaw { get; } = AudioSet("perceiver-audioset-raw", new AudioConfig
    {
        SamplesPerPatch = 128,
        Positions = new FourierConfig { Bands = 192, MaxResolution = [480] },
    });

    /// <summary>AudioSet from a mel spectrogram of 4,800 values and video (P, section 4.2).</summary>
    public static PerceiverConfig AudioSetMel { get; } = AudioSet("perceiver-audioset-mel", MelSpectrogram(64));

    /// <summary>AudioSet with a class query, from raw sound and video; rows of 487 channels, 12 layers (IO, section G).</summary>
    public static PerceiverConfig AudioSetIoRaw { get; } = AudioSetIo("perceiver-io-audioset-raw", new AudioConfig
    {
        SamplesPerPatch = 128,
        Positions = new FourierConfig { Bands = 16, MaxResolution = [480] },
    }, latentChannels: 512);

    /// <summary>AudioSet with a class query, from a mel spectrogram and video; rows of 487 channels, 12 layers (IO, section G).</summary>
    public static PerceiverConfig AudioSetIoMel { get; } = AudioSetIo("perceiver-io-audioset-mel", MelSpectrogram(16), latentChannels: 1024);

    /// <summary>
    /// StarCraft II's entities: 512 slots of 256 features, those that are empty masked, each given 128 features of its
    /// relations to the others (IO, section 4.4).
    /// </summary>
    public static PerceiverConfig AlphaStarEntities { get; } = new()
    {
        Name = "perceiver-io-alphastar-entities",
        Preprocessor = new GridConfig { InputChannels = 256 },
        Latents = 32,
        Blocks = 1,
        LayersPerBlock = 3,
        Decoder = new FlowDecoderConfig { Outputs = 128, RescaleFactor = 1 },
    };

    /// <summary>Classification or regression of text with the encoder of <see cref="LanguageBytes"/> and a query of its own (IO, section D).</summary>
    /// <param name="classes">Classes; 1 for regression.</param>
    /// <returns>The configuration.</returns>
    public static PerceiverConfig Glue(int classes) => LanguageBytes with
    {
        Name = "language-perceiver-glue",
        Decoder = LanguageDecoder(QueryConfig.Learned(1, 768)),
        Postprocessor = new ClassificationOutputConfig { Classes = classes, Hidden = 768 },
    };

    /// <summary>Several tasks of text at once, each with a query and a head of its own (IO, section 4.1, "multitask query").</summary>
    /// <param name="tasks">Classes by task; null: the eight of GLUE in the paper.</param>
    /// <returns>The configuration.</returns>
    public static PerceiverConfig GlueMultitask(IReadOnlyDictionary<string, int>? tasks = null)
    {
        tasks ??= new Dictionary<string, int>
        {
            ["cola"] = 2,
            ["mnli"] = 3,
            ["mrpc"] = 2,
            ["qnli"] = 2,
            ["qqp"] = 2,
            ["rte"] = 2,
            ["sst2"] = 2,
            ["stsb"] = 1,
        };
        return LanguageBytes with
        {
            Name = "language-perceiver-glue-multitask",
            Decoder = new MultimodalDecoderConfig
            {
                Modalities = Sorted(tasks, _ => QueryConfig.Learned(1, 768)),
                MinPadding = 0,
                CrossAttention = LanguageAttention,
            },
            Postprocessor = new MultimodalOutputConfig
            {
                Modalities = Sorted(tasks, classes => (PostprocessorConfig)new ClassificationOutputConfig { Classes = classes, Hidden = 768 }),
            },
        };
    }

    /// <summary>Optical flow of pictures of another size, with the network of <see cref="OpticalFlow"/>.</summary>
    /// <param name="height">Rows of a tile.</param>
    /// <param name="width">Columns of a tile.</param>
    /// <returns>The configuration.</returns>
    public static PerceiverConfig Flow(int height, int width) => new()
    {
        Name = "optical-flow-perceiver",
        Preprocessor = new PatchesConfig
        {
            InputChannels = 27,
            Video = true,
            MergeTime = true,
            TemporalDownsample = 2,
            SpatialDownsample = 1,
            Projected = 64,
            Positions = new FourierConfig { Bands = 64, MaxResolution = [height, width] },
        },
        Latents = 2048,
        LatentChannels = 512,
        Blocks = 1,
        LayersPerBlock = 24,
        SelfAttention = new AttentionConfig { Heads = 16 },
        Decoder = new FlowDecoderConfig(),
    };

    /// <summary>Every published configuration, released or not, by its name.</summary>
    public static IReadOnlyList<PerceiverConfig> Published { get; } =
    [
        LanguageBytes, ImageNetLearned, ImageNetFourier, ImageNetConv, OpticalFlow, Multimodal, MultimodalHalf, MultimodalQuarter,
        PerceiverImageNet, PerceiverImageNetOneCross, PerceiverImageNetUnshared, ModelNet40, AudioSetRaw, AudioSetMel,
        AudioSetIoRaw, AudioSetIoMel, AlphaStarEntities, ImageNetB, LanguageBytesLarge, Glue(2), GlueMultitask(),
    ];

    private static AttentionConfig LanguageAttention => new() { Heads = 8, QueryKeyWidth = 256, ValueWidth = 768 };

    private static QueryDecoderConfig LanguageDecoder(QueryConfig queries) => new() { Queries = queries, CrossAttention = LanguageAttention };

    private static PerceiverConfig Language(string name, int latentChannels, int layers) => new()
    {
        Name = name,
        Preprocessor = TextConfig.WithLearnedPositions(),
        Latents = 256,
        LatentChannels = latentChannels,
        Blocks = 1,
        LayersPerBlock = layers,
        CrossAttention = new AttentionConfig { Heads = 8, QueryKeyWidth = 256, ValueWidth = latentChannels },
        SelfAttention = new AttentionConfig { Heads = 8, QueryKeyWidth = 256, ValueWidth = latentChannels },
        Decoder = LanguageDecoder(QueryConfig.Learned(2048, 768)) with { InputMaskIsQueryMask = true },
        Postprocessor = new TiedEmbeddingConfig(),
    };

    private static PerceiverConfig ImageNet(string name, PreprocessorConfig preprocessor, bool queryResidual = true) => new()
    {
        Name = name,
        Preprocessor = preprocessor,
        Decoder = new ClassificationDecoderConfig { Classes = 1000, UseQueryResidual = queryResidual },
    };

    private static PerceiverConfig Autoencoder(int latents)
    {
        const int frames = 16, side = 224, samples = 48000 / 25 * frames, patch = 16, classes = 700;
        var image = new FourierConfig { Bands = 32, MaxResolution = [frames, side / 4, side / 4] };
        var audio = new FourierConfig { Bands = 192, MaxResolution = [samples] };
        return new()
        {
            Name = "multimodal-perceiver",
            Preprocessor = new MultimodalConfig
            {
                MinPadding = 4,
                Modalities = new SortedDictionary<string, PreprocessorConfig>(StringComparer.Ordinal)
                {
                    ["audio"] = new AudioConfig { SamplesPerPatch = patch, Positions = audio },
                    ["image"] = new PatchesConfig { Video = true, SpatialDownsample = 4, Positions = image },
                    ["label"] = new OneHotConfig { Classes = classes },
                },
                MaskProbabilities = new SortedDictionary<string, double>(StringComparer.Ordinal) { ["audio"] = 0, ["image"] = 0, ["label"] = 1 },
            },
            Latents = latents,
            LatentChannels = 512,
            Blocks = 1,
            LayersPerBlock = 8,
            Decoder = new MultimodalDecoderConfig
            {
                Modalities = new SortedDictionary<string, QueryConfig>(StringComparer.Ordinal)
                {
                    ["audio"] = new() { Shape = [samples / patch], Positions = audio, Grid = GridPositions.HalfOpen },
                    ["image"] = new() { Shape = [frames, side, side], Positions = image, Grid = GridPositions.HalfOpen },
                    ["label"] = QueryConfig.Learned(1, 1024),
                },
                Outputs = 512,
            },
            Postprocessor = new MultimodalOutputConfig
            {
                Modalities = new SortedDictionary<string, PostprocessorConfig>(StringComparer.Ordinal)
                {
                    ["audio"] = new AudioOutputConfig { SamplesPerPatch = patch },
                    ["image"] = new ProjectionOutputConfig { Outputs = 3 },
                    ["label"] = new ClassificationOutputConfig { Classes = classes },
                },
            },
        };
    }

    private static GridConfig MelSpectrogram(int bands) => new()
    {
        InputChannels = 1,
        Positions = new FourierConfig { Bands = bands, MaxResolution = [75, 64] }, // 4,800 values
    };

    private static MultimodalConfig SoundAndVideo(PreprocessorConfig sound, int videoBands) => new()
    {
        MinPadding = 4,
        Modalities = new SortedDictionary<string, PreprocessorConfig>(StringComparer.Ordinal)
        {
            ["audio"] = sound,
            ["image"] = new PatchesConfig
            {
                Video = true,
                SpatialDownsample = 8,
                TemporalDownsample = 2,
                Positions = new FourierConfig { Bands = videoBands, MaxResolution = [16, 28, 28] },
            },
        },
    };

    private static PerceiverConfig AudioSet(string name, PreprocessorConfig sound) => new()
    {
        Name = name,
        Preprocessor = SoundAndVideo(sound, videoBands: 64),
        CrossAttends = 2,
        Blocks = 2,
        LayersPerBlock = 8,
        CrossSharing = Sharing.None,
        BlockSharing = Sharing.None,
        Decoder = new AverageProjectDecoderConfig { Classes = 527 },
    };

    private static PerceiverConfig AudioSetIo(string name, PreprocessorConfig sound, int latentChannels) => new()
    {
        Name = name,
        Preprocessor = SoundAndVideo(sound, videoBands: 16),
        LatentChannels = latentChannels,
        Blocks = 1,
        LayersPerBlock = 12,
        Decoder = new ClassificationDecoderConfig { Classes = 527, UseQueryResidual = true },
    };

    private static SortedDictionary<string, T> Sorted<T>(IReadOnlyDictionary<string, int> tasks, Func<int, T> make) =>
        new(tasks.ToDictionary(task => task.Key, task => make(task.Value)), StringComparer.Ordinal);
}
