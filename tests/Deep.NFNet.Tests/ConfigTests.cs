using Deep.NFNets;

namespace Deep.Tests.NFNets;

public class ConfigTests
{
    public static TheoryData<string> EveryVariant => [.. NFNetConfig.Variants.Keys];

    [Theory]
    [MemberData(nameof(EveryVariant))]
    public void Every_variant_is_valid_and_comes_back_from_json(string name)
    {
        var config = NFNetConfig.Variants[name];
        config.Validate();
        var read = NFNetConfig.FromJson(config.ToJson());
        Assert.Equal(config, read);
        Assert.Equal(config.GetHashCode(), read.GetHashCode());
        Assert.NotEqual(config, read with { Alpha = 0.3 });
        Assert.NotEqual(config, read with { Stages = [.. read.Stages.Skip(1)] });
    }

    [Fact]
    public void Every_published_variant_is_there()
    {
        Assert.Equal(16 + 9 + 6 + 7 + 8 + 1 + 4 + 6 + 9 + 1, NFNetConfig.Variants.Count);
        Assert.Equal(NFNetConfig.F3Plus, NFNetConfig.Variants["f3+"]);
        Assert.Equal(NFNetConfig.NFEcaResNet50, NFNetConfig.Variants["nf_ecaresnet50"]);
    }

    [Fact]
    public void The_variants_have_their_published_sizes_and_numerics()
    {
        Assert.Equal((192, 256, 0.2, Numerics.DeepMind),
            (NFNetConfig.F0.TrainSize, NFNetConfig.F0.TestSize, NFNetConfig.F0.Dropout, NFNetConfig.F0.Numerics));
        Assert.Equal((480, 608, 0.5), (NFNetConfig.F7Plus.TrainSize, NFNetConfig.F7Plus.TestSize,
            NFNetConfig.F7Plus.Dropout));
        Assert.Equal([36, 78, 156, 330], NFNetConfig.NFRegNetB0.Stages.Select(s => s.Width));
        Assert.Equal([40, 80, 160, 328], NFNetConfig.TimmNFRegNetB0.Stages.Select(s => s.Width));
        Assert.Equal(3072, NFNetConfig.F0.Features);
        Assert.Equal(2304, NFNetConfig.EcaNFNetL0.Features);
        Assert.Equal(2048, NFNetConfig.NFResNet50.Features);
        Assert.Equal((Numerics.Timm, 1e-5, false),
            (NFNetConfig.NFNetL0.Numerics, NFNetConfig.NFNetL0.StandardizationEpsilon, NFNetConfig.NFNetL0.SkipGain));
    }

    [Fact]
    public void Beta_grows_through_a_stage_and_the_first_block_of_the_next_still_sees_it()
    {
        var betas = NFNetConfig.F0.Plan().Select(block => block.Beta).ToArray();
        double After(int blocks) => 1 / Math.Sqrt(1 + (0.04 * blocks));
        double[] expected = [1, After(1), After(1), After(2), After(1), After(2), After(3), After(4), After(5),
            After(6), After(1), After(2)];
        Assert.All(expected.Zip(betas), pair => Assert.Equal(pair.First, pair.Second, 12));
    }

    [Fact]
    public void Stochastic_depth_reaches_its_rate_under_timms_rule_and_never_under_DeepMinds()
    {
        var deepMind = (NFNetConfig.F0 with { StochasticDepth = 0.24 }).Plan().Select(block =>
            block.DropRate).ToArray();
        var timm = (NFNetConfig.NFNetF0 with { StochasticDepth = 0.22 }).Plan().Select(block =>
            block.DropRate).ToArray();
        Assert.All(deepMind.Select((rate, i) => (rate, i)), pair => Assert.Equal(0.02 * pair.i, pair.rate, 12));
        Assert.All(timm.Select((rate, i) => (rate, i)), pair => Assert.Equal(0.02 * pair.i, pair.rate, 12));
    }

    [Fact]
    public void Output_strides_of_8_and_16_turn_strides_into_dilation()
    {
        var plan = (NFNetConfig.NFNetF0 with { OutputStride = 8 }).Plan();
        Assert.Equal([1, 2, 1, 1], plan.Where(block => block.Index == 0).Select(block => block.Stride));
        Assert.Equal([(1, 1), (1, 1), (1, 2), (2, 4)],
            plan.Where(block => block.Index == 0).Select(block => (block.FirstDilation, block.Dilation)));
        plan = (NFNetConfig.NFNetF0 with { OutputStride = 16 }).Plan();
        Assert.Equal([(1, 1), (1, 1), (1, 1), (1, 2)],
            plan.Where(block => block.Index == 0).Select(block => (block.FirstDilation, block.Dilation)));
    }

    public static TheoryData<string, NFNetConfig> Wrong => new()
    {
        { "InputChannels", Small.Config with { InputChannels = 0 } },
        { "Classes", Small.Config with { Classes = -1 } },
        { "Stem", Small.Config with { Stem = [] } },
        { "Stem", Small.Config with { Stem = [new(16, 2, 1)] } },
        { "Stages", Small.Config with { Stages = [] } },
        { "Stages", Small.Config with { Stages = [new(1, 16, 3)] } },
        { "Stages", Small.Config with { Stages = [new(1, 16, 1) { GroupWidth = 64 }] } },
        { "AttentionRatio", Small.Config with { AttentionRatio = 0 } },
        { "Alpha", Small.Config with { Alpha = double.NaN } },
        { "StandardizationEpsilon", Small.Config with { StandardizationEpsilon = -1 } },
        { "OutputStride", Small.Config with { OutputStride = 12 } },
        { "Dropout", Small.Config with { Dropout = 1 } },
        { "StochasticDepth", Small.Config with { StochasticDepth = -0.1 } },
        { "TestSize", Small.Config with { TestSize = 0 } },
        { "CropFraction", Small.Config with { CropFraction = 0 } },
        { "StandardDeviation", Small.Config with { StandardDeviation = [1, 1] } },
        { "StandardDeviation", Small.Config with { StandardDeviation = [1, 0, 1] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_before_anything_is_built(string setting, NFNetConfig config)
    {
        Assert.Equal($"NFNetConfig.{setting}", Assert.Throws<ConfigurationException>(config.Validate).Setting);
        Assert.Throws<ConfigurationException>(() => new NFNet(config));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"Stem\": [], \"Stages\": []}")]
    [InlineData("{\"Stem\": null, \"Stages\": null}")]
    [InlineData("{\"Stem\": [null], \"Stages\": [null]}")]
    [InlineData("{\"Nonsense\": 1}")]
    public void Text_that_is_no_configuration_is_refused(string json) =>
        Assert.Throws<ConfigurationException>(() => NFNetConfig.FromJson(json));
}
