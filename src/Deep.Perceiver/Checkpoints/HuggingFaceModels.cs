namespace Deep.Perceivers;

/// <summary>Hugging Face's model classes as configurations: what their constructors fix and what config.json sets.</summary>
/// <remarks>Their arithmetic: GELU as <c>hidden_act</c> says, uniform attention where everything is hidden.</remarks>
internal static class HuggingFaceModels
{
    /// <summary>The configuration of a class under settings.</summary>
    /// <exception cref="ConfigurationException">There is no such class, or a setting has no place in a Perceiver.</exception>
    public static PerceiverConfig Config(HuggingFaceSettings settings, string architecture)
    {
        var config = architecture switch
        {
            "PerceiverModel" => Model(settings, new GridConfig { InputChannels = settings.Count("d_model", 768) }),
            "PerceiverForMaskedLM" => Model(settings, Text(settings)) with
            {
                Decoder = MaskedBytes(settings),
                Postprocessor = new TiedEmbeddingConfig(),
            },
            "PerceiverForSequenceClassification" => Model(settings, Text(settings)) with { Decoder = Classes(settings) },
            "PerceiverForImageClassificationLearned" => Model(settings, Learned(settings)) with { Decoder = Classes(settings) },
            "PerceiverForImageClassificationFourier" => Model(settings, new PixelsConfig { Positions = Fourier(64, 224, 224) })
                with
            { Decoder = Classes(settings) },
            "PerceiverForImageClassificationConvProcessing" => Model(settings, new ConvConfig
            {
                Positions = Fourier(64, 56, 56),
            }) with
            { Decoder = Classes(settings) },
            "PerceiverForOpticalFlow" => Flow(settings),
            "PerceiverForMultimodalAutoencoding" => Autoencoder(settings),
            _ => throw new ConfigurationException("architectures", "one of Hugging Face's Perceivers", architecture),
        };
        return config with { Name = architecture };
    }

    /// <summary>Which GELU their name of an activation means.</summary>
    public static GeluForm Gelu(HuggingFaceSettings settings) => settings.Text("hidden_act", "gelu") switch
    {
        "gelu" or "gelu_python" => GeluForm.Exact,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => GeluForm.Tanh,
        _ => throw settings.Wrong("hidden_act", "gelu or gelu_new"),
    };

    private static PerceiverConfig Model(HuggingFaceSettings settings, PreprocessorConfig preprocessor) => new()
    {
        Preprocessor = preprocessor,
        Latents = settings.Count("num_latents", 256),
        LatentChannels = settings.Count("d_latents", 1280),
        Blocks = settings.Count("num_blocks", 1),
        LayersPerBlock = settings.Count("num_self_attends_per_block", 26),
        CrossAttention = new()
        {
            Heads = settings.Count("num_cross_attention_heads", 8),
            QueryKeyWidth = settings.Optional("qk_channels"),
            ValueWidth = settings.Optional("v_channels"),
            Shape = Shape(settings),
            Widening = settings.Count("cross_attention_widening_factor", 1),
        },
        SelfAttention = new()
        {
            Heads = settings.Count("num_self_attention_heads", 8),
            QueryKeyWidth = settings.Optional("qk_channels"),
            ValueWidth = settings.Optional("v_channels"),
            Widening = settings.Count("self_attention_widening_factor", 1),
        },
        UseQueryResidual = settings.Flag("use_query_residual", true),
        Gelu = Gelu(settings),
        MaskedRows = MaskedRows.Uniform,
    };

    private static TextConfig Text(HuggingFaceSettings settings) => TextConfig.WithLearnedPositions(
        settings.Count("d_model", 768), settings.Count("max_position_embeddings", 2048), settings.Count("vocab_size", 262));

    // The class fixes 8 heads of 32 channels for queries and keys, whatever the settings are.
    private static QueryDecoderConfig MaskedBytes(HuggingFaceSettings settings) => new()
    {
        Queries = QueryConfig.Learned(settings.Count("max_position_embeddings", 2048), settings.Count("d_model", 768)),
        CrossAttention = new() { Heads = 8, QueryKeyWidth = 256, ValueWidth = settings.Count("d_model", 768) },
    };

    private static ClassificationDecoderConfig Classes(HuggingFaceSettings settings) => new()
    {
        Classes = settings.Count("num_labels", settings.Labels?.Count ?? 2),
        Width = settings.Count("d_latents", 1280),
        CrossAttention = new() { Shape = Shape(settings) },
        UseQueryResidual = true,
    };

    private static Conv1x1Config Learned(HuggingFaceSettings settings) => new()
    {
        ConvChannels = 256,
        Positions = new LearnedConfig
        {
            Shape = [settings.Count("image_size", 56), settings.Count("image_size", 56)],
            Width = 256,
            Projection = 256,
        },
    };

    private static PerceiverConfig Flow(HuggingFaceSettings settings)
    {
        var size = settings.Counts("train_size", [368, 496]);
        return Model(settings, new PatchesConfig
        {
            InputChannels = 27,
            Video = true,
            MergeTime = true,
            SpatialDownsample = 1,
            TemporalDownsample = 2,
            Projected = 64,
            Positions = Fourier(64, size),
        }) with
        {
            Decoder = new FlowDecoderConfig { CrossAttention = new() { Shape = Shape(settings) } },
        };
    }

    private static PerceiverConfig Autoencoder(HuggingFaceSettings settings)
    {
        var frames = settings.Count("num_frames", 16);
        var samples = checked(frames * settings.Count("audio_samples_per_frame", 1920));
        var patch = settings.Count("samples_per_patch", 16);
        var side = settings.Count("image_size", 56);
        var labels = settings.Count("num_labels", settings.Labels?.Count ?? 2);
        var video = settings.Counts("output_shape", [1, 16, 224, 224]);
        return Model(settings, new MultimodalConfig
        {
            Modalities = new Dictionary<string, PreprocessorConfig>
            {
                ["audio"] = new AudioConfig { SamplesPerPatch = patch, Positions = Fourier(192, samples) },
                ["image"] = new PatchesConfig { Video = true, Positions = Fourier(32, frames, side, side) },
                ["label"] = new OneHotConfig { Classes = labels },
            },
            MinPadding = 4,
            MaskProbabilities = new Dictionary<string, double> { ["audio"] = 0, ["image"] = 0, ["label"] = 1 },
        }) with
        {
            Decoder = new MultimodalDecoderConfig
            {
                Modalities = new Dictionary<string, QueryConfig>
                {
                    ["audio"] = QueryConfig.Fourier([samples / patch], 192, [samples]) with { Grid = GridPositions.HalfOpen },
                    ["image"] = QueryConfig.Fourier(video[1..], 32, [frames, side, side]) with { Grid = GridPositions.HalfOpen },
                    ["label"] = QueryConfig.Learned(1, settings.Count("_label_trainable_num_channels", 1024)),
                },
                Outputs = settings.Count("output_num_channels", 512),
                CrossAttention = new() { Shape = Shape(settings) },
            },
            Postprocessor = new MultimodalOutputConfig
            {
                Modalities = new Dictionary<string, PostprocessorConfig>
                {
                    ["audio"] = new AudioOutputConfig { SamplesPerPatch = patch },
                    ["image"] = new ProjectionOutputConfig { Outputs = 3 },
                    ["label"] = new ClassificationOutputConfig { Classes = labels },
                },
            },
        };
    }

    private static FourierConfig Fourier(int bands, params int[] maxResolution) =>
        new() { Bands = bands, MaxResolution = maxResolution };

    private static AttentionShape Shape(HuggingFaceSettings settings) =>
        settings.Text("cross_attention_shape_for_attention", "kv") switch
        {
            "kv" => AttentionShape.Context,
            "q" => AttentionShape.Query,
            _ => throw settings.Wrong("cross_attention_shape_for_attention", "kv or q"),
        };
}
