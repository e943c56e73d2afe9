using System.Text.Json;
using Deep.NFNets;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.NFNets;

/// <summary>Turns the settings of DeepMind's three network classes (deepmind-research, nfnets/) into our configuration.</summary>
internal static class HaikuNetwork
{
    private static readonly int[] ResNetWidths = [64, 128, 256, 512];

    /// <summary>The configuration that a case describes.</summary>
    public static NFNetConfig Config(CaseConfig config)
    {
        config.Informational("ws_formula", "op", "variant", "analytic_macs");
        Variant.Require(config, "gelu_approximate", "tanh");
        Variant.Require(config, "se_activation", "relu (unscaled)");
        var table = config.Section("variant_table");
        table.Informational("RA_level");
        var activation = Activations.Parse(config.Text("activation"));
        Activations.RequireGain(config, "activation_gain", activation);
        var network = config.Text("class") switch
        {
            "NFNet" => NFNet(config, table),
            "NF_RegNet" => RegNet(config, table),
            "NF_ResNet" => ResNet(config, table),
            var other => throw new MalformedCaseException($"the class {other} is not known"),
        };
        return network with
        {
            Name = config.Text("class"),
            Numerics = Numerics.DeepMind,
            Classes = config.Whole("num_classes"),
            Activation = activation,
            Alpha = config.Number("alpha", 0.2),
            Dropout = config.Number("drop_rate", table.Number("drop_rate", 0)),
            StochasticDepth = config.Number("stochdepth_rate", 0.1),
            StochasticDepthRule = StochasticDepthRule.DeepMind,
            TrainSize = table.Whole("train_imsize", 224),
            TestSize = table.Whole("test_imsize", 224),
        };
    }

    private static NFNetConfig NFNet(CaseConfig config, CaseConfig table)
    {
        var widths = table.Integers("width");
        var stages = widths.Length;
        var expansion = table.PerStage("expansion", stages, v => v.GetDouble(), Repeat(0.5, stages));
        var groups = table.PerStage("group_width", stages, v => v.GetInt32(), Repeat(128, stages));
        var big = table.PerStage("big_width", stages, v => v.GetBoolean(), Repeat(true, stages));
        return new()
        {
            Stem = [new(16, 3, 2), new(32, 3, 1), new(64, 3, 1), new(widths[0] / 2, 3, 2)],
            Stages =
            [
                .. Zip(table.Integers("depth"), widths).Select((stage, i) => stage with
                {
                    Stride = i == 0 ? 1 : 2,
                    Expansion = expansion[i],
                    GroupWidth = groups[i],
                    BigWidth = big[i],
                }),
            ],
            AttentionRatio = config.Number("se_ratio", 0.5),
            SecondConv = config.Flag("use_two_convs", true),
            FinalChannels = FinalChannels(config, widths[^1]),
        };
    }

    // final_conv_mult is 2 by default; null gives way to final_conv_ch.
    private static int FinalChannels(CaseConfig config, int channels)
    {
        config.Informational("final_conv_mult", "final_conv_ch");
        return config.Has("final_conv_mult") ? (int)(config.Number("final_conv_mult") * channels)
            : config.Keys.Contains("final_conv_mult") ? config.Whole("final_conv_ch")
            : 2 * channels;
    }

    private static NFNetConfig RegNet(CaseConfig config, CaseConfig table)
    {
        var factor = config.Number("width", 0.75);
        int[] widths = [.. table.Integers("width").Select(w => (int)(w * factor))];
        return new()
        {
            Stem = [new(widths[0], 3, 2)],
            Stages =
            [
                .. Zip(table.Integers("depth"), widths).Select(stage => stage with
                {
                    Expansion = config.Number("expansion", 2.25),
                    GroupWidth = config.Whole("group_size", 8),
                    BigWidth = false,
                }),
            ],
            FirstExpansion = 1,
            FinalChannels = 1280 * widths[^1] / 440,
            AttentionRatio = config.Number("se_ratio", 0.5),
            AttentionPlacement = AttentionPlacement.InBottleneck,
            SecondConv = false,
            ZeroClassifier = true,
        };
    }

    private static NFNetConfig ResNet(CaseConfig config, CaseConfig table)
    {
        var factor = config.Whole("width", 4);
        return new()
        {
            Stem = [new(16 * factor, 7, 2)],
            StemMaxPool = true,
            Stages =
            [
                .. Zip(table.Integers("depth"), [.. ResNetWidths.Select(w => w * factor)]).Select((stage, i) => stage with
                {
                    Stride = i == 0 ? 1 : 2,
                    Expansion = 0.25,
                    GroupWidth = 0,
                }),
            ],
            Attention = config.Flag("use_se", false) ? AttentionKind.SqueezeExcite : AttentionKind.None,
            AttentionRatio = config.Number("se_ratio", 0.25),
            Shortcut = ShortcutKind.StridedProjection,
            SecondConv = false,
        };
    }

    private static NFNetStage[] Zip(int[] depths, int[] widths) => depths.Length == widths.Length
        ? [.. depths.Zip(widths).Select(stage => new NFNetStage(stage.First, stage.Second, 2))]
        : throw new MalformedCaseException("depth and width differ in length");

    private static T[] Repeat<T>(T value, int times) => [.. Enumerable.Repeat(value, times)];
}
