using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public class KernelPropagationTests
{
    [Theory]
    [InlineData("E-SPA")]
    [InlineData("U-SPA")]
    [InlineData("E-SPA bidirectional")]
    [InlineData("U-SPA bidirectional")]
    [InlineData("plain")]
    [InlineData("plain bidirectional")]
    public void The_recurrences_are_the_products_with_A(string kind)
    {
        using var scope = NewDisposeScope();
        var layers = Layers(kind, 6, 33);
        var kernel = eye(33, dtype: ScalarType.Float64);
        foreach (var (state, layer) in new KernelPropagation(layers).Propagate(33).Zip(layers))
        {
            var a = TestKernels.Matrix(layer, 33);
            kernel = a.mm(kernel).mm(a.t());
            for (var i = 0; i < 33; i++)
            {
                Assert.Equal(kernel[i, 32 - i].item<double>(), state[i, 32 - i], 1e-13);
                Assert.Equal(kernel[i, i].item<double>(), state.SquaredNorms[i], 1e-13);
            }
        }
    }

    [Fact]
    public void Factors_for_an_input_whose_positions_are_alike_keep_q_at_1_and_those_for_another_do_not()
    {
        var theory = new KernelPropagation(Layers("E-SPA", 36, 32), TailoredLeakyRelu.ForChain(36, 0.5).CorrelationMap);
        var alike = new double[32, 32];
        for (var i = 0; i < 32; i++)
        {
            for (var j = 0; j < 32; j++)
            {
                alike[i, j] = i == j ? 1 : 0.3;
            }
        }

        var norms = theory.Propagate(alike, theory.ExactRescaling(alike)).SelectMany(state => state.SquaredNorms).ToArray();
        Assert.All(norms, q => Assert.Equal(1, q, 1e-12));
        Assert.True(theory.Propagate(alike, theory.ExactRescaling(32)).Max(state => state.MeanSquaredNorm) > 2);
        Assert.Throws<ShapeException>(() => theory.Propagate(alike, theory.ExactRescaling(31)).First());
    }

    [Theory]
    [InlineData("E-SPA")]
    [InlineData("U-SPA")]
    public void Without_activations_108_layers_over_512_positions_reach_the_target_within_1e_12(string kind)
    {
        var last = new KernelPropagation(Layers(kind, 108, 512)).Propagate(512).Last();
        Assert.Equal(108, last.Layer);
        for (var i = 0; i < 512; i++)
        {
            for (var j = 0; j < 512; j += 7)
            {
                var target = kind == "E-SPA" ? Math.Exp(-0.005 * Math.Abs(i - j)) : i == j ? 1 : 0.9;
                Assert.Equal(target, last[i, j], 1e-12);
            }
        }
    }

    [Fact]
    public void The_kernel_exact_rescaling_keeps_q_at_1_where_the_published_one_lets_it_grow()
    {
        var (layers, activation) = (SpaSchedule.Exponential(36, 0.005), TailoredLeakyRelu.ForChain(36));
        var published = new KernelPropagation(layers, activation.CorrelationMap).Propagate(64).Last();
        var exact = new KernelPropagation(layers, activation.CorrelationMap, rescale: SpaRescale.KernelExact).Propagate(64);
        Assert.All(exact, state => Assert.All(state.SquaredNorms, q => Assert.Equal(1, q, 1e-12)));
        Assert.Equal(8.0, published.SquaredNorms.Max(), 0.1);
        Assert.Equal(4.1, published.MeanSquaredNorm, 0.1);
    }

    [Fact]
    public void Longer_kernel_exact_factors_begin_with_the_shorter_ones()
    {
        var propagation = new KernelPropagation(SpaSchedule.Exponential(5, 0.1), TailoredLeakyRelu.ForChain(5, 0.3).CorrelationMap);
        var (few, many) = (propagation.ExactRescaling(10), propagation.ExactRescaling(25));
        Assert.Equal(5, few.Count);
        Assert.All(few.Zip(many), pair => Assert.Equal(pair.First, pair.Second[..10]));
        Assert.Equal(25, many[0].Length);
    }

    [Fact]
    public void Plain_attention_makes_positions_alike_and_attention_to_oneself_does_not()
    {
        var map = TailoredLeakyRelu.ForChain(36).CorrelationMap;
        var plain = new KernelPropagation(Layers("plain", 36, 64), map).Propagate(64).ToList();
        Assert.True(plain[8].NeighbourCorrelation > 0.99);
        Assert.True(plain[35].Correlation(32, 63) > 0.999);
        var own = new KernelPropagation(new SpaLayer?[36], map).Propagate(64).Last();
        Assert.Equal(0.9, own.Correlation(0, 63), 1e-6);
        Assert.All(own.SquaredNorms, q => Assert.Equal(1, q, 1e-12));
    }

    [Fact]
    public void Equal_tokens_stay_equal_without_attention()
    {
        var kernel = new double[,] { { 1, 0, 1 }, { 0, 1, 0 }, { 1, 0, 1 } };
        var last = new KernelPropagation(new SpaLayer?[3], TailoredLeakyRelu.ForChain(20).CorrelationMap).Propagate(kernel).Last();
        Assert.Equal(1, last.Correlation(0, 2), 1e-12);
        Assert.InRange(last.Correlation(0, 1), 0.01, 0.9);
    }

    [Fact]
    public void Several_activations_in_a_block_are_as_many_maps()
    {
        Func<double, double> map = TailoredLeakyRelu.ForChain(36).CorrelationMap;
        var twice = new KernelPropagation(new SpaLayer?[1], map, activations: 2).Propagate(2).Single();
        Assert.Equal(map(map(0)), twice.Correlation(0, 1), 1e-15);
    }

    [Fact]
    public void What_makes_no_kernel_is_refused()
    {
        Assert.Throws<ConfigurationException>(() => new KernelPropagation([]));
        Assert.Throws<ConfigurationException>(() => new KernelPropagation(new SpaLayer?[1], activations: -1));
        var fixedLength = new KernelPropagation(Layers("E-SPA bidirectional", 2, 8));
        Assert.Throws<ShapeException>(() => fixedLength.Propagate(9));
        Assert.Throws<ShapeException>(() => fixedLength.Propagate(0));
        Assert.Throws<ShapeException>(() => fixedLength.Propagate(new double[8, 7]));
        Assert.Throws<ShapeException>(() => fixedLength.Propagate(8).First().Correlation(0, 8));
    }

    private static IReadOnlyList<SpaLayer> Layers(string kind, int layers, int length) => kind switch
    {
        "E-SPA" => SpaSchedule.Exponential(layers, 0.005),
        "U-SPA" => SpaSchedule.Uniform(layers, 0.9),
        "E-SPA bidirectional" => SpaSchedule.Exponential(layers, 0.005, causal: false, length),
        "U-SPA bidirectional" => SpaSchedule.Uniform(layers, 0.9, causal: false, length),
        _ => [.. Enumerable.Repeat(new PlainAttention(kind == "plain"), layers)],
    };
}
