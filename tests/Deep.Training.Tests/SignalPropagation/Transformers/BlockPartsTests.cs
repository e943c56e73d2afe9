using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public sealed class BlockPartsTests
{
    public static TheoryData<MlpActivationKind> Activations => [.. Enum.GetValues<MlpActivationKind>()];

    [Fact]
    public void Rms_normalisation_divides_by_the_root_mean_square_plus_epsilon()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var norm = new Normalization(NormKind.RmsNorm, 6, 0.1);
        norm.to(float64);
        norm.Weight.copy_(arange(1, 7, float64));
        var x = rand([3, 6], float64) - 0.5;
        var expected = x / (x.pow(2).mean([1L], true).sqrt() + 0.1) * norm.Weight;
        Assert.True(expected.allclose(norm.call(x), 1e-12, 1e-14));
        Assert.True(norm.call(zeros([1, 6], float64)).abs().max().ToDouble() == 0);
        Assert.Throws<ConfigurationException>(() => new Normalization(NormKind.None, 6, 0.1));
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void An_mlp_is_down_of_the_activation_of_up(MlpActivationKind kind)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = Small.Text(BlockKind.Plain, 4);
        var activation = new MlpActivation { Kind = kind, Eta = 0.2, NegativeSlope = 0.3, Shape = ActivationKind.GeluExact };
        foreach (var activatesOutput in new[] { false, true })
        {
            using var model = VanillaTransformer.Create(
                config with { Block = config.Block with { Activation = activation, ActivateMlpOutput = activatesOutput, MlpBias = true } }, seed: 1);
            model.to(float64);
            Small.Disturb(model);
            var mlp = model.Blocks[1].Mlp;
            using var nonlinearity = new MlpNonlinearity(activation, NetworkTopology.Chain(activatesOutput ? 8 : 4));

            // Few and many rows: the scale is multiplied into one side or the other.
            foreach (var rows in new[] { 2, 100 })
            {
                var x = rand([rows, 16], float64) - 0.5;
                Tensor Layer(Tensor y, Projection layer) => y.mm(layer.Weight.t()) + layer.Bias!;
                var expected = Layer(nonlinearity.Apply(Layer(x, mlp.Up)), mlp.Down);
                expected = activatesOutput ? nonlinearity.Apply(expected) : expected;
                Assert.True(expected.allclose(mlp.call(x), 1e-10, 1e-12), kind.ToString());
            }
        }
    }

    [Fact]
    public void Activations_are_their_formulas()
    {
        using var scope = NewDisposeScope();
        double At(MlpActivation activation, double x)
        {
            using var nonlinearity = new MlpNonlinearity(activation, NetworkTopology.Chain(36));
            return nonlinearity.Apply(tensor(x)).ToDouble();
        }

        Assert.Equal(0, At(MlpActivation.Relu, -2));
        Assert.Equal(-0.5, At(new() { Kind = MlpActivationKind.LeakyRelu, NegativeSlope = 0.25 }, -2), 12);
        Assert.Equal(-0.04540230591222, At(new() { Kind = MlpActivationKind.GeluTanh }, -2), 12);
        Assert.Equal(-0.04550026389636, At(MlpActivation.Gelu, -2), 12);
        Assert.Equal(-2 / (1 + Math.Exp(2)), At(new() { Kind = MlpActivationKind.Silu }, -2), 12);
        Assert.Equal(Math.Tanh(-2), At(new() { Kind = MlpActivationKind.Tanh }, -2), 12);
        Assert.Equal(-2 * 0.35112 * Math.Sqrt(2 / (1 + (0.35112 * 0.35112))), At(MlpActivation.Tailored(0.9), -2), 4);
    }

    [Fact]
    public void A_projection_with_a_skip_is_the_sum_of_its_two_matrices()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var layer = new Projection(5, 5, new(ProjectionKind.IdentitySkip, Gain.Learned(0.5), new Gain(2)), hasBias: true);
        var x = rand(3, 5);
        Assert.True(layer.call(x).allclose(x * 2));
        layer.Weight.copy_(rand(5, 5));
        layer.Bias!.copy_(rand(5));
        Assert.True(layer.call(x).allclose((x * 2) + (x.mm(layer.Weight.t()) * 0.5) + layer.Bias, 1e-5, 1e-6));
        Assert.Throws<ConfigurationException>(() => new Projection(5, 4, new(ProjectionKind.IdentitySkip)));
        Assert.Throws<ConfigurationException>(() => new Projection(5, 5, ProjectionConfig.Identity));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Normalised_skips_keep_q_and_the_activation_is_tailored_to_them(bool activatesOutput)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = VanillaTransformerConfig.ForText(BlockKind.ValueSkipInit, 24, 128, 4, 65, 64);
        var block = config.Block.WithNormalizedSkips(new()) with { ActivateMlpOutput = activatesOutput };
        using var model = VanillaTransformer.Create(config with { Block = block }, seed: 3);
        var tailored = new TailoredLeakyRelu { NegativeSlope = model.Blocks[0].Mlp.Nonlinearity.NegativeSlope };
        var correlation = 0.0;
        foreach (var _ in model.Blocks)
        {
            var branch = tailored.CorrelationMap(correlation);
            correlation = (correlation + (activatesOutput ? tailored.CorrelationMap(branch) : branch)) / 2;
        }

        Assert.Equal(0.5, correlation, 6);
        var x = model.Embed(arange(64, ScalarType.Int64).unsqueeze(0));
        foreach (var part in model.Blocks)
        {
            x = part.call(x);

            // Each of the 48 sums may be off by the product of its two parts, 1 / sqrt(128) here; unnormalised ones would double q.
            Assert.InRange(x.mul(x).mean().ToDouble(), 0.3, 3);
        }

        var skipped = block with { MlpSkip = Gain.One };
        Assert.Throws<ConfigurationException>(() => skipped.Validate(24));
    }

    [Fact]
    public void Sinusoids_of_a_line_and_of_a_grid_are_their_formulas()
    {
        using var scope = NewDisposeScope();
        var line = SinusoidalPositions.InLine(3, 2, 8);
        Assert.Equal(Math.Sin(4 * Math.Pow(10_000, -0.5)), line[1, 2].ToDouble(), 6);
        Assert.Equal(Math.Cos(4 * Math.Pow(10_000, -0.5)), line[1, 6].ToDouble(), 6);
        Assert.Equal(0.5, line.pow(2).mean().ToDouble(), 6);
        var grid = SinusoidalPositions.InGrid(2, 3, 8);
        Assert.Equal([6L, 8], grid.shape);
        Assert.Equal((Math.Sin(2), Math.Cos(1)), (grid[5, 0].ToDouble(), grid[5, 6].ToDouble()), new Close());
    }

    [Fact]
    public void A_parallel_block_adds_both_branches_and_a_post_norm_block_normalises_the_stream()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x = rand(2, 5, 16) - 0.5;
        foreach (var kind in new[] { BlockKind.Parallel, BlockKind.SasParallel, BlockKind.PostLN, BlockKind.PreLN })
        {
            using var model = VanillaTransformer.Create(Small.Text(kind), seed: 2);
            Small.Disturb(model);
            var block = model.Blocks[1];
            var normed = block.AttentionNorm!.call(x);
            Tensor expected;
            if (block.MlpNorm is null)
            {
                var both = (block.Mlp.call(normed) * GainOf(block, "mlp_branch_gain")) + (block.Attention.call(normed) * GainOf(block, "attention_branch_gain"));
                expected = kind == BlockKind.Parallel ? both + x : both;
            }
            else
            {
                var isPost = kind == BlockKind.PostLN;
                var middle = (isPost ? normed : x) + block.Attention.call(normed);
                var normedMiddle = block.MlpNorm.call(middle);
                expected = (isPost ? normedMiddle : middle) + block.Mlp.call(normedMiddle);
            }

            Assert.True(expected.allclose(block.call(x), 1e-4, 1e-5), kind.ToString());
        }
    }

    private static Tensor GainOf(TransformerBlock block, string name) => (Tensor?)block.get_parameter(name) ?? tensor(1f);

    private sealed class Close : IEqualityComparer<(double A, double B)>
    {
        public bool Equals((double A, double B) x, (double A, double B) y) => Math.Abs(x.A - y.A) < 1e-6 && Math.Abs(x.B - y.B) < 1e-6;

        public int GetHashCode((double A, double B) obj) => 0;
    }
}
