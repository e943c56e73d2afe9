using Deep.Tensors;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public class CausalSpaTests
{
    [Theory]
    [InlineData(0.005)]
    [InlineData(0.2)]
    [InlineData(2.0)]
    public void The_exponential_closed_form_is_the_quotient_of_Cholesky_factors(double finalDecay)
    {
        using var scope = NewDisposeScope();
        var decays = SpaSchedule.Decays(4, finalDecay);
        var layers = SpaSchedule.Exponential(4, finalDecay);
        var previous = eye(24, dtype: ScalarType.Float64);
        for (var l = 0; l < 4; l++)
        {
            var next = TestKernels.Exponential(decays[l], 24);
            Assert.True(TestKernels.Distance(TestKernels.CholeskyAttention(previous, next), TestKernels.Matrix(layers[l], 24)) < 1e-12);
            previous = next;
        }
    }

    [Fact]
    public void The_uniform_closed_form_is_the_quotient_of_Cholesky_factors()
    {
        using var scope = NewDisposeScope();
        double[] correlations = [0.1, 0.35, 0.8, 0.97];
        var layers = SpaSchedule.Uniform(correlations);
        var previous = eye(24, dtype: ScalarType.Float64);
        for (var l = 0; l < 4; l++)
        {
            var next = TestKernels.Uniform(correlations[l], 24);
            Assert.True(TestKernels.Distance(TestKernels.CholeskyAttention(previous, next), TestKernels.Matrix(layers[l], 24)) < 1e-13);
            previous = next;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hundred_and_eight_layers_multiplied_out_bring_the_kernel_to_the_target_within_1e_12(bool isExponential)
    {
        using var scope = NewDisposeScope();
        var layers = isExponential ? SpaSchedule.Exponential(108, 0.005) : SpaSchedule.Uniform(108, 0.9);
        var kernel = eye(192, dtype: ScalarType.Float64);
        for (var l = 1; l <= layers.Count; l++)
        {
            using var inner = NewDisposeScope();
            var a = TestKernels.Matrix(layers[l - 1], 192);
            kernel = a.mm(kernel).mm(a.t()).MoveToOuterDisposeScope();
            if (l is 1 or 36 or 72 or 108)
            {
                var target = isExponential ? TestKernels.Exponential(SpaSchedule.Decays(108, 0.005)[l - 1], 192) : TestKernels.Uniform(0.9 * l / 108, 192);
                Assert.True(TestKernels.Distance(target, kernel) < 1e-12, $"layer {l}: {TestKernels.Distance(target, kernel):G3}");
            }
        }
    }

    [Fact]
    public void No_entry_of_the_bias_is_lost_in_32_bits_where_the_logarithm_of_A_would_lose_a_third()
    {
        using var scope = NewDisposeScope();
        foreach (var layer in SpaSchedule.Exponential(36, 0.2).Concat(SpaSchedule.Uniform(36, 0.9)).Where((_, l) => l % 7 == 0))
        {
            var bias = layer.Bias(0, 512, 512, ScalarType.Float32, CPU);
            Assert.Equal(512 * 513 / 2, bias.isfinite().sum().item<long>());
        }

        var first = TestKernels.Matrix(SpaSchedule.Exponential(36, 0.2)[0], 512).to(ScalarType.Float32).log();
        Assert.InRange(first.isfinite().sum().item<long>(), 1, 512 * 512 / 4);
    }

    [Fact]
    public void The_first_layer_and_the_far_end_of_a_long_sequence_are_finite()
    {
        using var scope = NewDisposeScope();
        foreach (var layer in new SpaLayer[] { new CausalExponentialSpa(double.PositiveInfinity, 1e-6), new CausalUniformSpa(0, 1e-6), new CausalUniformSpa(0.5, 0.999) })
        {
            Assert.True(layer.Bias(99_998, 2, 100_000, ScalarType.Float32, CPU).narrow(1, 0, 99_999).isfinite().all().item<bool>());
            Assert.True(layer.RowSums(99_998, 2, ScalarType.Float32, CPU).isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void A_part_of_the_bias_is_the_whole_ones_part_at_any_length()
    {
        using var scope = NewDisposeScope();
        foreach (var layer in new[] { SpaSchedule.Exponential(3, 0.1)[2], SpaSchedule.Uniform(3, 0.8)[2], new PlainAttention() })
        {
            var whole = layer.Bias(0, 40, 40, ScalarType.Float64, CPU);
            Assert.True(whole.narrow(0, 7, 5).narrow(1, 0, 12).allclose(layer.Bias(7, 5, 12, ScalarType.Float64, CPU), rtol: 1e-13, atol: 1e-13));
            Assert.True(whole.narrow(0, 7, 5).allclose(layer.Bias(7, 5, 40, ScalarType.Float64, CPU), rtol: 1e-13, atol: 1e-13));
            var sums = layer.RowSums(0, 40, ScalarType.Float64, CPU);
            Assert.True(sums.narrow(0, 7, 5).allclose(layer.RowSums(7, 5, ScalarType.Float64, CPU), rtol: 1e-14, atol: 0));
            Assert.True(whole.exp().sum(1).allclose(ones(40, ScalarType.Float64), rtol: 1e-12, atol: 0));
            Assert.True(TestKernels.Matrix(layer, 40).sum(1).allclose(sums, rtol: 1e-12, atol: 0));
        }
    }

    [Fact]
    public void A_bias_of_more_than_a_million_entries_is_filled_to_its_last_row()
    {
        using var scope = NewDisposeScope();
        var layer = SpaSchedule.Exponential(3, 0.1)[2];
        var whole = layer.Bias(0, 1500, 1500, ScalarType.Float32, CPU);
        Assert.True(Bits.Same(whole.narrow(0, 690, 20), layer.Bias(690, 20, 1500, ScalarType.Float32, CPU)));
        Assert.True(Bits.Same(whole.narrow(0, 1490, 10), layer.Bias(1490, 10, 1500, ScalarType.Float32, CPU)));
    }

    [Fact]
    public void The_schedule_gives_each_layer_the_same_share_of_itself()
    {
        var layers = SpaSchedule.Exponential(36, 0.005);
        var shares = layers.Select(layer => layer.Matrix(3)[2, 2]).ToArray();
        Assert.All(shares, share => Assert.Equal(0.93798, share, 1e-5));
        Assert.Equal(0.005, ((CausalExponentialSpa)layers[^1]).Decay);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_decay_that_is_not_positive_and_finite_is_refused(double decay)
    {
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Exponential(4, decay));
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Exponential([decay]));
    }

    [Fact]
    public void Schedules_that_do_not_go_one_way_are_refused()
    {
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Exponential([0.5, 0.5]));
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Exponential([0.1, 0.5], causal: false, length: 8));
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Uniform([0.5, 0.4]));
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Uniform([0.5, 1.0]));
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Uniform(0, 0.5));
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Exponential([]));
        Assert.Throws<ConfigurationException>(() => SpaSchedule.Exponential(2, 0.1, causal: false));
    }
}
