using Deep.Tensors;
using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation.Probing;

public class SignalTheoryTests
{
    [Theory]
    [InlineData(BlockKind.Plain)]
    [InlineData(BlockKind.ExponentialSpa)]
    [InlineData(BlockKind.UniformSpa)]
    [InlineData(BlockKind.ValueSkipInit)]
    [InlineData(BlockKind.Shaped)]
    public void A_wide_network_measures_what_the_theory_says(BlockKind kind)
    {
        using var model = VanillaTransformer.Create(VanillaTransformerConfig.ForText(kind, 6, 512, 4, 50, 24), 1);
        using var tokens = Tokens(2, 24);
        var report = SignalProbe.Run(model, tokens);
        Assert.Equal(7, report.Layers.Count);
        foreach (var layer in report.Layers)
        {
            var theory = Assert.IsType<SignalKernel>(layer.Theory);
            Assert.Equal(1, layer.Measured.SquaredNorm / theory.SquaredNorm, 0.2);
            Assert.Equal(theory.NeighbourCosine, layer.Measured.NeighbourCosine, 0.06);
            Assert.Equal(theory.DistantCosine, layer.Measured.DistantCosine, 0.06);
        }
    }

    [Theory]
    [InlineData(BlockKind.PreLN, "pre-LN")]
    [InlineData(BlockKind.PostLN, "post-LN")]
    [InlineData(BlockKind.Sas, "SAS")]
    [InlineData(BlockKind.SasParallel, "SAS-P")]
    [InlineData(BlockKind.Parallel, "parallel pre-norm")]
    [InlineData(BlockKind.OutlierProtected, "outlier-protected")]
    public void Blocks_that_the_theory_does_not_know_have_none(BlockKind kind, string name)
    {
        using var model = VanillaTransformer.Create(VanillaTransformerConfig.ForText(kind, 3, 32, 2, 50, 16), 1);
        using var tokens = Tokens(2, 16);
        var report = SignalProbe.Run(model, tokens);
        Assert.All(report.Layers, layer => Assert.Null(layer.Theory));
        Assert.Equal(name, report.Layers[1].Kind);
        Assert.All(report.Layers.Skip(1), layer => Assert.InRange(layer.AttentionEntropy!.Value, 0, 1.00001));
    }

    [Theory]
    [InlineData(36)]
    [InlineData(72)]
    [InlineData(108)]
    public void Plain_attention_collapses_at_any_depth_and_signal_preserving_attention_does_not(int layers)
    {
        using var tokens = Tokens(2, 32);
        using var plain = VanillaTransformer.Create(VanillaTransformerConfig.ForText(BlockKind.Plain, layers, 64, 2, 50, 32), 1);
        var collapsed = SignalProbe.Run(plain, tokens);
        Assert.Equal(SignalFinding.RankCollapse, collapsed.Verdicts[0].Finding);
        Assert.InRange(collapsed.Verdicts[0].Layer, 3, 15);
        Assert.Equal("plain attention", collapsed.Verdicts[0].Kind);

        var config = VanillaTransformerConfig.ForText(BlockKind.ExponentialSpa, layers, 256, 4, 50, 32);
        var spa = SpaConfig.Exponential() with { Rescale = SpaRescale.KernelExact, TokenRepetition = 1.0 / 50 };
        config = config with { Positions = PositionEncoding.Sinusoidal, Block = config.Block with { Spa = spa } };
        using var shaped = VanillaTransformer.Create(config, 1);
        var report = SignalProbe.Run(shaped, tokens);
        Assert.True(report.IsHealthy, report.Verdict);
        Assert.All(report.Layers, layer => Assert.InRange(layer.Measured.SquaredNorm, 0.5, 1.6));
        Assert.All(report.Layers, layer => Assert.Equal(1, layer.Theory!.SquaredNorm, 0.15));
    }

    [Fact]
    public void A_picture_model_is_probed_with_a_loss_of_its_own()
    {
        var config = VanillaTransformerConfig.ForImages(BlockKind.ExponentialSpa, 4, 32, 2, new PatchInput(8, 8, 2, 2, 3, 5));
        using var model = VanillaTransformer.Create(config, 1);
        using var pictures = rand(2, 3, 8, 8);
        using var labels = tensor(new long[] { 1, 4 });
        var live = new LiveTensors();
        var report = SignalProbe.Run(model, pictures, logits => nn.functional.cross_entropy(logits, labels));
        Assert.Equal(0, live.Created);
        Assert.Equal(5, report.Layers.Count);
        Assert.All(report.Layers, layer => Assert.NotNull(layer.Theory));
        Assert.InRange(report.Loss, 0.5, 5);
    }

    private static Tensor Tokens(int items, int length)
    {
        var random = new RandomState(3);
        return tensor(Enumerable.Range(0, items * length).Select(_ => (long)random.NextInt32(50)).ToArray(), [items, length], ScalarType.Int64);
    }
}
