using System.Text.Json;
using System.Text.Json.Nodes;
using Deep.Parity.Cases;
using Deep.Perceivers;

namespace Deep.Parity.Families.Perceivers;

/// <summary>Reads a case's settings, which are those of Hugging Face's config.json, with the reader of such files.</summary>
internal static class HuggingFaceCaseConfig
{
    private static readonly string[] Settings =
    [
        "num_latents", "d_latents", "d_model", "num_blocks", "num_self_attends_per_block", "num_self_attention_heads",
        "num_cross_attention_heads", "qk_channels", "v_channels", "cross_attention_shape_for_attention",
        "self_attention_widening_factor", "cross_attention_widening_factor", "hidden_act", "use_query_residual", "vocab_size",
        "max_position_embeddings", "image_size", "train_size", "num_frames", "audio_samples_per_frame", "samples_per_patch",
        "output_shape", "output_num_channels", "_label_trainable_num_channels", "num_labels",
    ];

    /// <summary>The configuration of a class; cases say more than config.json does, and that is applied here.</summary>
    public static PerceiverConfig Read(CaseConfig config, string architecture)
    {
        // Dropout and the epsilon, which their layers ignore, change nothing in evaluation.
        config.Informational("attention_probs_dropout_prob", "initializer_range", "layer_norm_eps");
        var json = new JsonObject();
        foreach (var name in Settings.Where(name => config.Keys.Contains(name)))
        {
            config.Informational(name);
            if (config.Has(name))
            {
                json[name] = JsonNode.Parse(config.Raw(name).GetRawText());
            }
        }

        // The name that DeepMind's ports give to the tanh form.
        if (json["hidden_act"]?.GetValue<string>() is "gelu_tanh")
        {
            json["hidden_act"] = "gelu_new";
        }

        var read = PerceiverVariants.FromHuggingFace(json.ToJsonString(), architecture);
        read = config.Text("mask_semantics", "huggingface") switch
        {
            "huggingface" => read,
            "deepmind" => read with { MaskedRows = MaskedRows.Zero, Decoder = Masked(read.Decoder) },
            var other => throw new MalformedCaseException($"the mask semantics {other} are not known"),
        };
        var decoder = Attending(config, read.Decoder);
        return read with
        {
            Preprocessor = Padded(config, read.Preprocessor),
            Decoder = decoder is null ? null : decoder with
            {
                UseQueryResidual = config.Flag("decoder_use_query_residual", decoder.UseQueryResidual),
            },
        };
    }

    /// <summary>Fourier features as the settings of theirs describe them.</summary>
    public static FourierConfig Fourier(CaseConfig kwargs) => new()
    {
        Bands = kwargs.Whole("num_bands"),
        MaxResolution = kwargs.Integers("max_resolution"),
        ConcatPositions = kwargs.Flag("concat_pos", true),
        SineOnly = kwargs.Flag("sine_only", false),
    };

    // DeepMind's language model gives the input's mask to the queries too.
    private static DecoderConfig? Masked(DecoderConfig? decoder) =>
        decoder is QueryDecoderConfig queries ? queries with { InputMaskIsQueryMask = true } : decoder;

    private static PreprocessorConfig Padded(CaseConfig config, PreprocessorConfig preprocessor) =>
        config.Text("conv_padding", "huggingface") switch
        {
            _ when preprocessor is not ConvConfig => preprocessor,
            "huggingface" => (ConvConfig)preprocessor with { Semantics = ConvSemantics.HuggingFace },
            "same" => (ConvConfig)preprocessor with { Semantics = ConvSemantics.DeepMind },
            var other => throw new MalformedCaseException($"the padding {other} is not known"),
        };

    private static DecoderConfig? Attending(CaseConfig config, DecoderConfig? decoder) =>
        !config.Has("decoder_qk_channels") && !config.Has("decoder_num_heads") ? decoder
        : decoder is QueryDecoderConfig queries
            ? queries with
            {
                CrossAttention = queries.CrossAttention with
                {
                    QueryKeyWidth = config.Whole("decoder_qk_channels", queries.CrossAttention.QueryKeyWidth),
                    Heads = config.Whole("decoder_num_heads", queries.CrossAttention.Heads),
                },
            }
            : throw new MalformedCaseException("the decoder's heads are set by the class");
}
