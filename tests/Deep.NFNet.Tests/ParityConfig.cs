using System.Text.Json;
using Deep.NFNets;

namespace Deep.Tests.NFNets;

/// <summary>Turns a parity case's configuration, in the reference's own terms, into ours.</summary>
internal static class ParityConfig
{
    public static NFNetConfig Of(ParityCase parity) => parity.IsHaiku ? Haiku(parity.Config) : Timm(parity.Config);

    private static NFNetConfig Timm(JsonElement c)
    {
        var factor = c.GetProperty("width_factor").GetDouble();
        var divisor = c.GetProperty("ch_div").GetInt32();
        int Round(double channels) => NFNetConfig.RoundChannels(channels, divisor);
        var channels = Ints(c, "channels");
        var stemChannels = Round((Int(c, "stem_chs") ?? channels[0]) * factor);
        var (stem, pool) = StemOf(c.GetProperty("stem_type").GetString()!, stemChannels);
        var reg = c.GetProperty("reg").GetBoolean();
        var deep = stem.Aggregate(pool ? 2 : 1, (p, s) => p * s.Stride) > 2;
        var attention = c.GetProperty("attn_layer").GetString();
        return new NFNetConfig
        {
            Name = "parity",
            Numerics = Numerics.Timm,
            InputChannels = Int(c, "in_chans") ?? 3,
            Classes = c.GetProperty("num_classes").GetInt32(),
            Stem = stem,
            StemMaxPool = pool,
            Stages =
            [
                .. Ints(c, "depths").Select((depth, i) =>
                    new NFNetStage(depth, Round(channels[i] * factor), i == 0 && deep ? 1 : 2)
                {
                    Expansion = c.GetProperty("bottle_ratio").GetDouble(),
                    GroupWidth = Int(c, "group_size") ?? 0,
                    BigWidth = !reg,
                }),
            ],
            FirstExpansion = reg ? 1 : 0,
            FinalChannels = Int(c, "num_features") is > 0 and var n ? Round(factor * n) : 0,
            Activation = Enum.Parse<Activation>(c.GetProperty("act_layer").GetString()!, ignoreCase: true),
            GainInActivation = c.GetProperty("gamma_in_act").GetBoolean(),
            SecondConv = c.GetProperty("extra_conv").GetBoolean(),
            Attention = attention switch
            {
                "se" => AttentionKind.SqueezeExcite,
                "eca" =>
                AttentionKind.EfficientChannel,
                _ => AttentionKind.None
            },
            AttentionPlacement = reg ? AttentionPlacement.InBottleneck : AttentionPlacement.AfterProjection,
            AttentionRatio = c.GetProperty("attn_kwargs").TryGetProperty("rd_ratio", out var ratio)
                ? ratio.GetDouble() : 0.0625,
            AttentionGain = c.GetProperty("attn_gain").GetDouble(),
            Alpha = c.GetProperty("alpha").GetDouble(),
            SkipGain = c.GetProperty("skipinit").GetBoolean(),
            StandardizationEpsilon = c.GetProperty("std_conv_eps").GetDouble(),
            SamePadding = c.GetProperty("same_padding").GetBoolean(),
            ChannelDivisor = divisor,
            OutputStride = Int(c, "output_stride") ?? 32,
            StochasticDepthRule = StochasticDepthRule.Timm,
            ZeroClassifier = c.GetProperty("zero_init_fc").GetBoolean(),
        };
    }

    private static (NFNetStemConv[] Convs, bool Pool) StemOf(string type, int channels) =>
        (type.Replace("_pool", string.Empty, StringComparison.Ordinal) switch
        {
            "deep_quad" => [new(channels / 8, 3, 2), new(channels / 4, 3, 1), new(channels / 2, 3, 1), new(channels, 3, 2)],
            "deep_tiered" => [new(3 * channels / 8, 3, 2), new(channels / 2, 3, 1), new(channels, 3, 1)],
            "deep" => [new(channels / 2, 3, 2), new(channels / 2, 3, 1), new(channels, 3, 1)],
            "3x3" => [new(channels, 3, 2)],
            _ => new NFNetStemConv[] { new(channels, 7, 2) },
        }, type.EndsWith("_pool", StringComparison.Ordinal));

    private static NFNetConfig Haiku(JsonElement c)
    {
        var table = c.GetProperty("variant_table");
        var depths = Ints(table, "depth");
        var config = c.GetProperty("class").GetString() switch
        {
            "NF_RegNet" => HaikuRegNet(c, Ints(table, "width"), depths),
            "NF_ResNet" => NFNetConfig.NFResNet50 with
            {
                Stages = [.. NFNetConfig.NFResNet50.Stages.Zip(depths,
                (s, d) => s with { Blocks = d })]
            },
            _ => HaikuNFNet(c, table, Ints(table, "width"), depths),
        };
        return config with
        {
            Name = "parity",
            Classes = c.GetProperty("num_classes").GetInt32(),
            Activation = Enum.Parse<Activation>(c.GetProperty("activation").GetString()!, ignoreCase: true),
            AttentionRatio = Double(c, "se_ratio") ?? 0.5,
            Alpha = Double(c, "alpha") ?? 0.2,
            Dropout = 0,
            StochasticDepth = 0,
        };
    }

    private static NFNetConfig HaikuRegNet(JsonElement c, int[] widths, int[] depths)
    {
        var factor = Double(c, "width")!.Value;
        int[] scaled = [.. widths.Select(w => (int)(w * factor))];
        return NFNetConfig.NFRegNetB0 with
        {
            Stem = [new(scaled[0], 3, 2)],
            Stages = [.. depths.Select((d, i) =>
                NFNetConfig.NFRegNetB0.Stages[0] with { Blocks = d, Width = scaled[i],
                    Expansion = Double(c, "expansion")!.Value })],
            FinalChannels = 1280 * scaled[^1] / 440,
        };
    }

    private static NFNetConfig HaikuNFNet(JsonElement c, JsonElement table, int[] widths, int[] depths) =>
        NFNetConfig.F0 with
        {
            Stem = [new(16, 3, 2), new(32, 3, 1), new(64, 3, 1), new(widths[0] / 2, 3, 2)],
            Stages =
        [
            .. depths.Select((d, i) => new NFNetStage(d, widths[i], i == 0 ? 1 : 2)
            {
                Expansion = table.TryGetProperty("expansion", out var e) ? e[i].GetDouble() : 0.5,
                GroupWidth = table.TryGetProperty("group_width", out var g) ? g[i].GetInt32() : 128,
                BigWidth = !table.TryGetProperty("big_width", out var b) || b[i].GetBoolean(),
            }),
        ],
            FinalChannels = Int(c, "final_conv_ch") ?? 2 * widths[^1],
            SecondConv = !c.TryGetProperty("use_two_convs", out var two) || two.GetBoolean(),
        };

    private static int[] Ints(JsonElement c, string name) =>
        [.. c.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];

    private static int? Int(JsonElement c, string name) =>
        c.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetInt32() : null;

    private static double? Double(JsonElement c, string name) =>
        c.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetDouble() : null;
}
