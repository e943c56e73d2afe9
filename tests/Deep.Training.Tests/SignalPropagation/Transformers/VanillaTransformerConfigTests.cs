using Deep.Training.SignalPropagation;

namespace Deep.Training.Tests.SignalPropagation;

public sealed class VanillaTransformerConfigTests
{
    public static TheoryData<BlockKind> Kinds => [.. Enum.GetValues<BlockKind>()];

    private static readonly VanillaTransformerConfig Good = Small.Text(BlockKind.ExponentialSpa);
    private static readonly VanillaTransformerConfig PreLN = Small.Text(BlockKind.PreLN);

    private static readonly (string Setting, VanillaTransformerConfig Config)[] Mistakes =
    [
        ("Layers", Good with { Layers = 0 }),
        ("Width", Good with { Width = 0 }),
        ("Heads", Good with { Heads = 3 }),
        ("Heads", Good with { Width = 6, Heads = 2, Positions = PositionEncoding.Rotary }),
        ("Width", Good with { Width = 5, Heads = 1, Positions = PositionEncoding.Sinusoidal }),
        ("MlpWidth", Good with { MlpWidth = -1 }),
        ("Vocabulary", Good with { Vocabulary = 0 }),
        ("Vocabulary", Good with { Patches = PatchInput.Square(6, 2, 3, 5) }),
        ("Length", Good with { Length = 0 }),
        ("Length", Small.Images(BlockKind.ExponentialSpa) with { Length = 4 }),
        ("ImageHeight", Small.Images(BlockKind.Plain) with { Patches = PatchInput.Square(7, 2, 3, 5) }),
        ("TiedHead", Small.Images(BlockKind.Plain) with { TiedHead = true }),
        ("Positions", Good with { Positions = (PositionEncoding)99 }),
        ("FirstNorm", PreLN with { Block = PreLN.Block with { FirstNorm = NormKind.RmsNorm } }),
        ("NormEpsilon", PreLN with { Block = PreLN.Block with { NormEpsilon = 0 } }),
        ("AttentionSkip", PreLN with { Block = PreLN.Block with { Parallel = true } }),
        ("AttentionBranch", Good with { Block = Good.Block with { AttentionBranch = new(double.NaN) } }),
        ("LogitSoftCap", Good with { Block = Good.Block with { LogitSoftCap = 30 } }),
        ("LogitSoftCap", PreLN with { Block = PreLN.Block with { LogitSoftCap = -1 } }),
        ("BranchScale", PreLN with { Block = PreLN.Block with { BranchScale = -1 } }),
        ("Final", Good with { Block = Good.Block with { Spa = SpaConfig.Exponential(0) } }),
        ("Final", Good with { Block = Good.Block with { Spa = SpaConfig.Uniform(1) } }),
        ("Targets", Good with { Block = Good.Block with { Spa = new() { Targets = [1.0] } } }),
        ("Kind", Good with { Block = Good.Block with { Spa = new() { Kind = SpaKind.ColumnNormalized } } }),
        ("Spa", PreLN with { Block = PreLN.Block with { Spa = new() { Rescale = SpaRescale.KernelExact } } }),
        ("Eta", Good with { Block = Good.Block with { Activation = MlpActivation.Tailored(1) } }),
        ("Activation", PreLN with { Block = PreLN.Block with { Activation = MlpActivation.Tailored() } }),
    ];

    public static TheoryData<int> Wrong => [.. Enumerable.Range(0, Mistakes.Length)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_a_valid_preset_that_its_json_gives_back(BlockKind kind)
    {
        foreach (var config in new[] { Small.Text(kind, 3), Small.Images(kind, 3) })
        {
            config.Validate();
            var read = VanillaTransformerConfig.FromJson(config.ToJson());
            Assert.Equal(config, read);
            Assert.Equal(config.GetHashCode(), read.GetHashCode());
            Assert.Contains(kind.ToString(), config.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_number_is_named(int mistake)
    {
        var (setting, config) = Mistakes[mistake];
        var error = Assert.Throws<ConfigurationException>(config.Validate);
        Assert.EndsWith($".{setting}", error.Setting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"Layers": 1}""")]
    [InlineData("""{"Wrong": 1}""")]
    public void A_text_that_is_no_configuration_is_refused(string json) =>
        Assert.Throws<ConfigurationException>(() => VanillaTransformerConfig.FromJson(json));

    [Fact]
    public void Too_few_layers_for_a_tailored_activation_are_refused() =>
        Assert.Throws<ConfigurationException>(() => VanillaTransformer.Create(
            VanillaTransformerConfig.ForText(BlockKind.Plain, 1, 16, 2, 11, 8), seed: 0));

    [Fact]
    public void Presets_have_the_papers_numbers()
    {
        Assert.Equal((1.0, 0.0), (TransformerBlockConfig.Of(BlockKind.ValueSkipInit, 9).IdentityGain!.Initial, TransformerBlockConfig.Of(BlockKind.ValueSkipInit, 9).AttentionGain.Initial));
        Assert.Equal(0.1, TransformerBlockConfig.Of(BlockKind.Sas, 18).MlpBranch.Initial, 12);
        Assert.Equal(ProjectionKind.IdentitySkip, TransformerBlockConfig.Of(BlockKind.SasParallel, 18).ValueOf(0).Kind);
        Assert.Equal(ProjectionKind.Identity, TransformerBlockConfig.Of(BlockKind.SasParallel, 18).ValueOf(1).Kind);
        Assert.Null(TransformerBlockConfig.Of(BlockKind.SasParallel, 18).MlpSkip);
        Assert.Equal(0.2, TransformerBlockConfig.Of(BlockKind.OutlierProtected, 12).MlpBranch.Initial, 2);
        foreach (var kind in new[] { BlockKind.Plain, BlockKind.ExponentialSpa, BlockKind.UniformSpa, BlockKind.ValueSkipInit, BlockKind.Shaped })
        {
            var block = TransformerBlockConfig.Of(kind, 36);
            Assert.True(block is { Norm: NormKind.None, FirstNorm: NormKind.None, AttentionSkip: null, MlpSkip: null }, kind.ToString());
        }
    }
}
