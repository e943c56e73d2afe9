namespace Deep.NFNets;

// The one table of sizes. Sources: "DM" is google-deepmind/deepmind-research nfnets/{base,nfnet,nf_regnet,nf_resnet}.py,
// the code that the released weights belong to (where the paper's tables differ, the code is right); "timm" is
// huggingface/pytorch-image-models timm/models/nfnet.py. Depths of F variants are multiples of F0's, widths of F+ variants
// are 1.5 x and 4/3 x F's.

/// <summary>The published sizes, made into configurations.</summary>
internal static class NFNetSizes
{
    private static readonly int[] WideStages = [256, 512, 1536, 1536];
    private static readonly int[] WiderStages = [384, 768, 2048, 2048];
    private static readonly int[] ResNetStages = [256, 512, 1024, 2048];
    private static readonly int[] NFNetStrides = [1, 2, 2, 2];

    // Level: train size, test size, dropout (DM nfnet_params), share of the resized picture at evaluation (timm).
    private static readonly (int Train, int Test, double Dropout, double Crop)[] F =
    [
        (192, 256, 0.2, 0.9), (224, 320, 0.3, 0.91), (256, 352, 0.4, 0.92), (320, 416, 0.4, 0.94),
        (384, 512, 0.5, 0.951), (416, 544, 0.5, 0.954), (448, 576, 0.5, 0.956), (480, 608, 0.5, 0.956),
    ];

    // Level: widths before the factor of 0.75, depths, train size, test size, dropout (DM nf_regnet_params).
    private static readonly (int[] Widths, int[] Depths, int Train, int Test, double Dropout)[] RegNet =
    [
        ([48, 104, 208, 440], [1, 3, 6, 6], 192, 224, 0.2),
        ([48, 104, 208, 440], [2, 4, 7, 7], 224, 256, 0.2),
        ([56, 112, 232, 488], [2, 4, 8, 8], 240, 272, 0.3),
        ([56, 128, 248, 528], [2, 5, 9, 9], 288, 320, 0.3),
        ([64, 144, 288, 616], [2, 6, 11, 11], 320, 384, 0.4),
        ([80, 168, 336, 704], [3, 7, 14, 14], 384, 456, 0.4),
        ([88, 184, 376, 792], [3, 8, 16, 16], 448, 528, 0.5),
        ([96, 208, 416, 880], [4, 10, 19, 19], 512, 600, 0.5),
        ([104, 232, 456, 968], [4, 11, 22, 22], 600, 672, 0.5),
    ];

    // timm's own train and test sizes of nf_regnet_b0 ... b5; b1 was trained "not to paper spec".
    private static readonly (int Train, int Test)[] TimmRegNet = [(192, 256), (256, 288), (240, 272), (288, 320),
        (320, 384), (384, 456)];

    private static readonly Dictionary<int, int[]> ResNetDepths = new()
    {
        [26] = [2, 2, 2, 2], // timm
        [50] = [3, 4, 6, 3],
        [101] = [3, 4, 23, 3],
        [152] = [3, 8, 36, 3],
        [200] = [3, 24, 36, 3],
        [288] = [24, 24, 24, 24],
        [600] = [50, 50, 50, 50],
    };

    // Depths F0 of 1-2-6-3, multiplied.
    private static int[] FDepths(int level) => [level + 1, 2 * (level + 1), 6 * (level + 1), 3 * (level + 1)];

    /// <summary>DeepMind's F0 ... F7 and, plus, F0+ ... F7+.</summary>
    public static NFNetConfig DeepMindF(int level, bool plus)
    {
        var (train, test, dropout, _) = F[level];
        var widths = plus ? WiderStages : WideStages;
        return new NFNetConfig
        {
            Name = plus ? $"F{level}+" : $"F{level}",
            Stem = [new(16, 3, 2), new(32, 3, 1), new(64, 3, 1), new(widths[0] / 2, 3, 2)],
            Stages = Stages(FDepths(level), widths, NFNetStrides),
            FinalChannels = 2 * widths[^1],
            Dropout = dropout,
            StochasticDepth = 0.25,
            TrainSize = train,
            TestSize = test,
            CropMargin = 32, // both sides are resized to 32 pixels more than the crop
            Squash = true,
        };
    }

    /// <summary>DeepMind's NF-RegNet B0 ... B8, exact widths.</summary>
    public static NFNetConfig DeepMindRegNet(int level)
    {
        var (widths, depths, train, test, dropout) = RegNet[level];
        int[] scaled = [.. widths.Select(width => (int)(width * 0.75))];
        return RegNetOf($"NF-RegNet-B{level}", scaled, depths, 1280 * scaled[^1] / 440) with
        {
            SkipGain = true,
            Dropout = dropout,
            StochasticDepth = 0.1,
            ZeroClassifier = true,
            TrainSize = train,
            TestSize = test,
            CropMargin = 32,
            Squash = true,
        };
    }

    /// <summary>DeepMind's NF-ResNet of a depth, width factor 4 (the usual 256 ... 2048 channels).</summary>
    public static NFNetConfig DeepMindResNet(int depth) => ResNetOf($"NF-ResNet-{depth}", depth) with
    {
        Attention = AttentionKind.None,
        Shortcut = ShortcutKind.StridedProjection,
        StochasticDepth = 0.1,
    };

    /// <summary>timm's dm_nfnet_f0 ... f6: DeepMind's weights under timm's arithmetic.</summary>
    public static NFNetConfig TimmDeepMindF(int level) => Timm(DeepMindF(level, plus: false)) with
    {
        Name = $"dm_nfnet_f{level}",
        CropMargin = 0,
        CropFraction = F[level].Crop,
    };

    /// <summary>timm's nfnet_f0 ... f7: gains in the weights, symmetric padding, no skip gain.</summary>
    public static NFNetConfig TimmF(int level) => TimmLight($"nfnet_f{level}", level, featureFactor: 2) with
    {
        Stages = Stages(FDepths(level), WideStages, NFNetStrides),
        Activation = Activation.Gelu,
        AttentionRatio = 0.5,
        TrainSize = F[level].Train,
        TestSize = F[level].Test,
        CropFraction = 0.9,
    };

    /// <summary>timm's light networks: SiLU, groups of 64, bottlenecks of a quarter.</summary>
    public static NFNetConfig TimmLight(string name, int level, double featureFactor, int trainSize = 224,
        int testSize = 288) => Timm(new NFNetConfig
        {
            Name = name,
            Stem = [new(16, 3, 2), new(32, 3, 1), new(64, 3, 1), new(128, 3, 2)],
            Stages = Stages(FDepths(level), WideStages, NFNetStrides, expansion: 0.25, groupWidth: 64),
            FinalChannels = (int)(WideStages[^1] * featureFactor),
            Activation = Activation.Silu,
            AttentionRatio = 0.25,
            TrainSize = trainSize,
            TestSize = testSize,
            CropFraction = 1,
        }) with
        { GainInActivation = false, SamePadding = false, SkipGain = false };

    /// <summary>timm's eca_nfnet_l0 ... l3.</summary>
    public static NFNetConfig TimmEfficientChannel(int level)
    {
        (int Train, int Test)[] sizes = [(224, 288), (256, 320), (320, 384), (352, 448)];
        return TimmLight($"eca_nfnet_l{level}", level, level == 0 ? 1.5 : 2, sizes[level].Train, sizes[level].Test) with
        {
            Attention = AttentionKind.EfficientChannel,
        };
    }

    /// <summary>timm's nf_regnet_b0 ... b5: widths rounded to multiples of 8.</summary>
    public static NFNetConfig TimmRegNetOf(int level)
    {
        var (widths, depths, _, _, _) = RegNet[level];
        int[] scaled = [.. widths.Select(width => NFNetConfig.RoundChannels(width * 0.75, 8))];
        var final = NFNetConfig.RoundChannels(0.75 * (1280 * widths[^1] / 440), 8);
        return Timm(RegNetOf($"nf_regnet_b{level}", scaled, depths, final)) with
        {
            GainInActivation = false,
            SamePadding = false,
            SkipGain = false,
            TrainSize = TimmRegNet[level].Train,
            TestSize = TimmRegNet[level].Test,
        };
    }

    /// <summary>timm's nf_resnet, nf_seresnet and nf_ecaresnet of depths 26, 50 and 101.</summary>
    public static NFNetConfig TimmResNet(int depth, AttentionKind attention)
    {
        var infix = attention switch
        {
            AttentionKind.SqueezeExcite => "se",
            AttentionKind.EfficientChannel => "eca",
            _ => string.Empty,
        };
        var trained = depth == 50 && attention == AttentionKind.None;
        return Timm(ResNetOf($"nf_{infix}resnet{depth}", depth)) with
        {
            GainInActivation = false,
            SamePadding = false,
            SkipGain = false,
            Attention = attention,
            AttentionRatio = 1 / 16.0,
            TrainSize = trained ? 256 : 224,
            TestSize = trained ? 288 : 224,
            CropFraction = trained ? 0.94 : 0.9,
        };
    }

    /// <summary>timm's test_nfnet.</summary>
    public static NFNetConfig TimmTest() =>
        TimmLight("test_nfnet", 0, featureFactor: 1.5, trainSize: 160, testSize: 160) with
        {
            Stages = Stages([1, 1, 1, 1], [32, 64, 96, 128], NFNetStrides, expansion: 0.25, groupWidth: 8),
            FinalChannels = 192,
            CropFraction = 0.95,
            Mean = [0.5, 0.5, 0.5],
            StandardDeviation = [0.5, 0.5, 0.5],
        };

    private static NFNetConfig RegNetOf(string name, int[] widths, int[] depths, int finalChannels) => new()
    {
        Name = name,
        Stem = [new(widths[0], 3, 2)],
        Stages = Stages(depths, widths, [2, 2, 2, 2], expansion: 2.25, groupWidth: 8, bigWidth: false),
        FirstExpansion = 1,
        FinalChannels = finalChannels,
        Activation = Activation.Silu,
        SecondConv = false,
        AttentionPlacement = AttentionPlacement.InBottleneck,
    };

    private static NFNetConfig ResNetOf(string name, int depth) => new()
    {
        Name = name,
        Stem = [new(64, 7, 2)],
        StemMaxPool = true,
        Stages = Stages(ResNetDepths[depth], ResNetStages, NFNetStrides, expansion: 0.25, groupWidth: 0),
        Activation = Activation.Relu,
        SecondConv = false,
    };

    private static NFNetConfig Timm(NFNetConfig config) => config with
    {
        Numerics = Numerics.Timm,
        StandardizationEpsilon = 1e-5,
        ChannelDivisor = 8,
        Dropout = 0,
        StochasticDepth = 0,
        StochasticDepthRule = StochasticDepthRule.Timm,
    };

    private static NFNetStage[] Stages(int[] depths, int[] widths, int[] strides, double expansion = 0.5,
        int groupWidth = 128, bool bigWidth = true) =>
    [
        .. depths.Select((depth, i) => new NFNetStage(depth, widths[i], strides[i])
        {
            Expansion = expansion,
            GroupWidth = groupWidth,
            BigWidth = bigWidth,
        }),
    ];
}
