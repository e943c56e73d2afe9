namespace Deep.Perceivers;

/// <summary>krasserm's models as configurations, from the config.json that their Hugging Face wrapper writes.</summary>
internal static class KrassermModels
{
    /// <summary>The settings under this name are those of the model.</summary>
    public const string Section = "model_config";

    /// <summary>The configuration of a model; its kind is known by the settings of its encoder.</summary>
    /// <exception cref="ConfigurationException">A setting is out of range, or the model is not a Perceiver IO.</exception>
    public static PerceiverConfig Config(HuggingFaceSettings settings)
    {
        var model = settings.Within(Section);
        var (encoder, decoder) = (model.Within("encoder"), model.Within("decoder"));
        PreprocessorConfig preprocessor = true switch
        {
            _ when encoder.Has("num_patch_input_channels") => Flow(encoder),
            _ when encoder.Has("image_shape") => Image(encoder),
            _ when encoder.Has("vocab_size") => TextConfig.WithLearnedPositions(encoder.Count("num_input_channels", 64),
                encoder.Count("max_seq_len", 256), encoder.Count("vocab_size", 10003)),
            _ => throw model.Wrong("encoder", "that of a text, image or optical flow model"),
        };
        var (query, output) = Output(decoder, preprocessor);
        var text = preprocessor is TextConfig;
        return new()
        {
            Name = settings.Text("model_type", "krasserm"),
            Preprocessor = preprocessor,
            Latents = model.Count("num_latents", 512),
            LatentChannels = model.Count("num_latent_channels", 512),
            CrossAttends = encoder.Count("num_cross_attention_layers", 1),
            CrossSharing = encoder.Flag("first_cross_attention_layer_shared", false) ? Sharing.All : Sharing.AllButFirst,
            Blocks = encoder.Count("num_self_attention_blocks", 1),
            BlockSharing = encoder.Flag("first_self_attention_block_shared", true) ? Sharing.All : Sharing.AllButFirst,
            LayersPerBlock = encoder.Count("num_self_attention_layers_per_block", 8),
            // Pictures and flow say the input's channels where the settings do not, text the latents'.
            CrossAttention = Attention(encoder, "cross", text ? AttentionShape.Query : AttentionShape.Context),
            SelfAttention = Attention(encoder, "self", AttentionShape.Query),
            Decoder = query with
            {
                CrossAttention = Attention(decoder, "cross", AttentionShape.Query),
                UseQueryResidual = decoder.Flag("cross_attention_residual", true),
            },
            Postprocessor = output,
            Gelu = GeluForm.Exact,
            MaskedRows = MaskedRows.Uniform,
        };
    }

    private static (DecoderConfig Decoder, PostprocessorConfig? Output) Output(
        HuggingFaceSettings decoder, PreprocessorConfig input) => true switch
        {
            _ when decoder.Has("num_classes") && decoder.Count("num_output_queries", 1) == 1 => (new ClassificationDecoderConfig
            {
                Classes = decoder.Count("num_classes", 100),
                Width = decoder.Count("num_output_query_channels", 256),
            }, null),
            _ when decoder.Has("rescale_factor") => (new FlowDecoderConfig
            {
                RescaleFactor = decoder.Number("rescale_factor", 100),
            }, null),
            _ when decoder.Has("max_seq_len") && decoder.Optional("num_output_query_channels") is null && input is TextConfig text =>
                (new QueryDecoderConfig { Queries = QueryConfig.Learned(decoder.Count("max_seq_len", 512), text.Width) },
                    new TiedEmbeddingConfig()),
            _ when decoder.Has("max_seq_len") => (new QueryDecoderConfig
            {
                Queries = QueryConfig.Learned(decoder.Count("max_seq_len", 512), decoder.Count("num_output_query_channels", 1)),
                Outputs = decoder.Count("vocab_size", 10003),
            }, null),
            _ => throw new ConfigurationException($"{Section}.decoder", "that of a text, image or optical flow model", "another"),
        };

    private static PixelsConfig Image(HuggingFaceSettings encoder)
    {
        var shape = encoder.Counts("image_shape", [224, 224, 3]);
        return shape.Length == 3 ? new()
        {
            InputChannels = shape[2],
            Positions = new FourierConfig { Bands = encoder.Count("num_frequency_bands", 32), MaxResolution = shape[..2] },
        } : throw encoder.Wrong("image_shape", "height, width and channels");
    }

    private static PatchesConfig Flow(HuggingFaceSettings encoder) => new()
    {
        InputChannels = encoder.Count("num_patch_input_channels", 27),
        Video = true,
        MergeTime = true,
        SpatialDownsample = 1,
        TemporalDownsample = 2,
        Projected = encoder.Count("num_patch_hidden_channels", 64),
        Positions = new FourierConfig
        {
            Bands = encoder.Count("num_frequency_bands", 64),
            MaxResolution = encoder.Counts("image_shape", [368, 496]),
        },
    };

    private static AttentionConfig Attention(HuggingFaceSettings settings, string kind, AttentionShape shape) => new()
    {
        Heads = settings.Count($"num_{kind}_attention_heads", 8),
        QueryKeyWidth = settings.Optional($"num_{kind}_attention_qk_channels"),
        ValueWidth = settings.Optional($"num_{kind}_attention_v_channels"),
        Shape = shape,
        Widening = settings.Count($"{kind}_attention_widening_factor", 1),
    };
}
