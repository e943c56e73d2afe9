using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Perceivers;

/// <summary>lucidrains' Perceiver and PerceiverIO: gated MLPs, no biases of projections, positions axis by axis.</summary>
internal static class LucidrainsCase
{
    /// <summary>Computes latents, logits and decoded queries.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        parity.Config.Informational("attn_dropout", "ff_dropout", "seq_dropout_prob");
        var config = parity.Model switch
        {
            "lucidrains.Perceiver" => Perceiver(parity.Config),
            "lucidrains.PerceiverIO" => PerceiverIO(parity.Config),
            "lucidrains.PerceiverLM" => PerceiverLM(parity.Config),
            var other => throw new MalformedCaseException($"the model {other} is not known"),
        };
        using var inference = inference_mode();
        using var checkpoint = new UnitVariance(parity);
        using var network = PerceiverCheckpoint.Load(checkpoint, new() { Config = config });
        using var data = parity.Tensor(Has(parity, "data") ? "data" : "x");
        var mask = Has(parity, "mask") ? parity.Tensor("mask").ne(0).reshape(data.shape[0], -1) : null;
        var input = PerceiverInput.Of(data, mask);
        var latents = network.Encode(input);
        check.Give("embeddings", latents);
        if (Has(parity, "queries"))
        {
            var queries = parity.Tensor("queries");
            check.Give("out", network.Decode(latents, queries.dim() == 2 ? queries.unsqueeze(0) : queries));
        }
        else if (config.Decoder is AverageProjectDecoderConfig or FlowDecoderConfig)
        {
            var logits = network.Run(input).Values.Single();
            check.Give("logits", logits);
            check.Give("out", logits);
        }
        else
        {
            check.Give("out", latents);
        }
    }

    private static bool Has(ParityCase parity, string input) => parity.Inputs.Any(i => i.Name == input);

    private static PerceiverConfig Perceiver(CaseConfig config)
    {
        var axes = config.Whole("input_axis", 2);
        var fourier = new FourierConfig
        {
            Bands = config.Whole("num_freq_bands"),
            MaxResolution = [.. Enumerable.Repeat(config.Whole("max_freq"), axes)],
            Order = FourierOrder.AxisByAxis,
        };
        var classes = config.Whole("num_classes", 1000);
        return Shared(config, latents: 512) with
        {
            Preprocessor = new GridConfig
            {
                InputChannels = config.Whole("input_channels", 3),
                Positions = config.Flag("fourier_encode_data", true) ? fourier : null,
            },
            CrossAttends = config.Whole("depth"),
            CrossSharing = Tied(config, Sharing.AllButFirst),
            BlockSharing = Tied(config, Sharing.AllButFirst),
            LayersPerBlock = config.Whole("self_per_cross_attn", 1),
            Decoder = config.Flag("final_classifier_head", true)
                ? new AverageProjectDecoderConfig { Classes = classes, Norm = true }
                : null,
        };
    }

    private static PerceiverConfig PerceiverIO(CaseConfig config)
    {
        var outputs = config.Whole("logits_dim", 0);
        return Shared(config, latents: 512) with
        {
            Preprocessor = new GridConfig { InputChannels = config.Whole("dim") },
            BlockSharing = Tied(config, Sharing.All),
            LayersPerBlock = 1,
            Decoder = new QueryDecoderConfig
            {
                GivenChannels = config.Whole("queries_dim"),
                Outputs = outputs > 0 ? outputs : null,
                CrossAttention = Attention(config, "cross", 1) with { Mlp = config.Flag("decoder_ff", false) },
            },
        };
    }

    // The embedded text is its own query.
    private static PerceiverConfig PerceiverLM(CaseConfig config)
    {
        var attention = Attention(config, "cross", 1) with { Mlp = config.Flag("decoder_ff", false) };
        return Shared(config, latents: 512) with
        {
            Preprocessor = TextConfig.WithLearnedPositions(
                config.Whole("dim"), config.Whole("max_seq_len"), config.Whole("num_tokens")),
            BlockSharing = Tied(config, Sharing.All),
            LayersPerBlock = 1,
            Decoder = new FlowDecoderConfig
            {
                Outputs = config.Whole("num_tokens"),
                RescaleFactor = 1,
                CrossAttention = attention,
            },
        };
    }

    private static PerceiverConfig Shared(CaseConfig config, int latents) => new()
    {
        Name = "lucidrains",
        Preprocessor = new GridConfig { InputChannels = 1 },
        Latents = config.Whole("num_latents", latents),
        LatentChannels = config.Whole("latent_dim", 512),
        Blocks = config.Whole("depth"),
        CrossAttention = Attention(config, "cross", 1),
        SelfAttention = Attention(config, "latent", 8),
        Gelu = GeluForm.Exact,
        MaskedRows = MaskedRows.Uniform,
    };

    private static Sharing Tied(CaseConfig config, Sharing sharing) =>
        config.Flag("weight_tie_layers", false) ? sharing : Sharing.None;

    private static AttentionConfig Attention(CaseConfig config, string kind, int heads)
    {
        var count = config.Whole($"{kind}_heads", heads);
        return new()
        {
            Heads = count,
            QueryKeyWidth = count * config.Whole($"{kind}_dim_head", 64),
            Widening = 4,
            GatedMlp = true,
            ProjectionBias = false,
        };
    }
}
