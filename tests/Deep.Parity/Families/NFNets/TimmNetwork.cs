using Deep.NFNets;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.NFNets;

/// <summary>Turns timm's settings (NfCfg of timm/models/nfnet.py), which are factors, into our resolved configuration.</summary>
internal static class TimmNetwork
{
    private const double DefaultSqueezeRatio = 1 / 16.0;

    /// <summary>The configuration that a case describes.</summary>
    public static NFNetConfig Config(CaseConfig config)
    {
        config.Informational("ws_formula", "op", "variant");
        Variant.Require(config, "global_pool", "avg");
        Variant.Require(config, "gelu_approximate", "none");
        var divisor = config.Whole("ch_div", 8);
        var factor = config.Number("width_factor", 1);
        var channels = config.Integers("channels");
        var depths = config.Integers("depths");
        var regNet = config.Flag("reg", false);
        var stem = Stem(config, Rounded((config.Has("stem_chs") ? config.Whole("stem_chs") : channels[0]) * factor, divisor), out var pool);
        config.Informational("stem_chs");
        var stemStride = stem.Aggregate(pool ? 2 : 1, (product, conv) => product * conv.Stride);
        var attention = config.Section("attn_kwargs");
        if (attention.Whole("rd_divisor", 8) != divisor)
        {
            throw new MalformedCaseException("a squeeze divisor other than ch_div is not known");
        }

        var activation = Activations.Parse(config.Text("act_layer"));
        Activations.RequireGain(config, "gamma", activation);
        var result = new NFNetConfig
        {
            Name = "timm",
            Numerics = Numerics.Timm,
            InputChannels = config.Whole("in_chans", 3),
            Classes = config.Whole("num_classes"),
            Stem = stem,
            StemMaxPool = pool,
            Stages =
            [
                .. channels.Zip(depths).Select((stage, i) => new NFNetStage(
                    stage.Second, Rounded(stage.First * factor, divisor), i == 0 && stemStride > 2 ? 1 : 2)
                {
                    Expansion = config.Number("bottle_ratio"),
                    GroupWidth = config.Whole("group_size", 0),
                    BigWidth = !regNet,
                }),
            ],
            FinalChannels = config.Whole("num_features", 0) is > 0 and var features ? Rounded(factor * features, divisor) : 0,
            Activation = activation,
            GainInActivation = config.Flag("gamma_in_act", false),
            SecondConv = config.Flag("extra_conv", false),
            Attention = config.Text("attn_layer", "none") switch
            {
                "none" => AttentionKind.None,
                "se" => AttentionKind.SqueezeExcite,
                "eca" => AttentionKind.EfficientChannel,
                var other => throw new MalformedCaseException($"the attention {other} is not known"),
            },
            AttentionPlacement = regNet ? AttentionPlacement.InBottleneck : AttentionPlacement.AfterProjection,
            AttentionRatio = attention.Number("rd_ratio", DefaultSqueezeRatio),
            AttentionGain = config.Number("attn_gain", 2),
            Alpha = config.Number("alpha"),
            SkipGain = config.Flag("skipinit", false),
            StandardizationEpsilon = config.Number("std_conv_eps", 1e-5),
            SamePadding = config.Flag("same_padding", false),
            ChannelDivisor = divisor,
            FirstExpansion = regNet ? 1 : 0,
            OutputStride = config.Whole("output_stride", 32),
            Dropout = config.Number("drop_rate", 0),
            StochasticDepth = config.Number("drop_path_rate", 0),
            StochasticDepthRule = StochasticDepthRule.Timm,
            ZeroClassifier = config.Flag("zero_init_fc", false),
        };
        return depths.Length == channels.Length ? result : throw new MalformedCaseException("depths and channels differ in length");
    }

    // timm's create_stem.
    private static NFNetStemConv[] Stem(CaseConfig config, int channels, out bool pool)
    {
        var kind = config.Text("stem_type");
        pool = kind.EndsWith("_pool", StringComparison.Ordinal);
        return (pool ? kind[..^"_pool".Length] : kind) switch
        {
            "deep_quad" when !pool => [new(channels / 8, 3, 2), new(channels / 4, 3, 1), new(channels / 2, 3, 1), new(channels, 3, 2)],
            "deep_tiered" => [new(3 * channels / 8, 3, 2), new(channels / 2, 3, 1), new(channels, 3, 1)],
            "deep" => [new(channels / 2, 3, 2), new(channels / 2, 3, 1), new(channels, 3, 1)],
            "3x3" => [new(channels, 3, 2)],
            "7x7" => [new(channels, 7, 2)],
            _ => throw new MalformedCaseException($"the stem {kind} is not known"),
        };
    }

    // timm's make_divisible: to the nearest multiple, but never more than a tenth below.
    private static int Rounded(double channels, int divisor)
    {
        var rounded = Math.Max(divisor, (int)(channels + (divisor / 2.0)) / divisor * divisor);
        return rounded < 0.9 * channels ? rounded + divisor : rounded;
    }
}
