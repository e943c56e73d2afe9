using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Perceivers;

/// <summary>krasserm's encoder: Perceiver's repeated cross-attends, with any sharing.</summary>
internal static class KrassermCase
{
    /// <summary>Computes the latents.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = inference_mode();
        using var checkpoint = new UnitVariance(parity);
        using var network = PerceiverCheckpoint.Load(checkpoint, new() { Config = Config(parity.Config) });
        using var x = parity.Tensor("x");
        var mask = parity.Inputs.Any(input => input.Name == "pad_mask") ? parity.Tensor("pad_mask").eq(0) : null;
        check.Give("latents", network.Encode(PerceiverInput.Of(x, mask)));
    }

    private static PerceiverConfig Config(CaseConfig config)
    {
        config.Informational("dropout", "residual_dropout", "init_scale");
        var shape = config.Integers("input_shape");
        return new()
        {
            Name = "krasserm",
            Preprocessor = new GridConfig
            {
                InputChannels = shape[^1],
                Positions = config.Whole("num_frequency_bands", 0) is > 0 and var bands
                    ? new FourierConfig { Bands = bands, MaxResolution = shape[..^1] }
                    : null,
            },
            Latents = config.Whole("num_latents"),
            LatentChannels = config.Whole("num_latent_channels"),
            CrossAttends = config.Whole("num_cross_attention_layers", 1),
            CrossSharing = config.Flag("first_cross_attention_layer_shared", false) ? Sharing.All : Sharing.AllButFirst,
            Blocks = config.Whole("num_self_attention_blocks", 1),
            BlockSharing = config.Flag("first_self_attention_block_shared", true) ? Sharing.All : Sharing.AllButFirst,
            LayersPerBlock = config.Whole("num_self_attention_layers_per_block", 6),
            CrossAttention = Attention(config, "cross"),
            SelfAttention = Attention(config, "self"),
            Gelu = GeluForm.Exact,
            MaskedRows = MaskedRows.Uniform,
        };
    }

    private static AttentionConfig Attention(CaseConfig config, string kind) => new()
    {
        Heads = config.Whole($"num_{kind}_attention_heads", 4),
        QueryKeyWidth = Optional(config, $"num_{kind}_attention_qk_channels"),
        ValueWidth = Optional(config, $"num_{kind}_attention_v_channels"),
        Shape = AttentionShape.Query,
        Widening = config.Whole($"{kind}_attention_widening_factor", 1),
    };

    private static int? Optional(CaseConfig config, string key) => config.Whole(key, 0) is > 0 and var width ? width : null;
}
