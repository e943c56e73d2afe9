using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public class BidirectionalSpaTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_layers_bring_the_kernel_to_the_target(bool isExponential)
    {
        using var scope = NewDisposeScope();
        var layers = isExponential ? SpaSchedule.Exponential(36, 0.005, causal: false, length: 96) : SpaSchedule.Uniform(36, 0.9, causal: false, length: 96);
        var kernel = eye(96, dtype: ScalarType.Float64);
        foreach (var layer in layers)
        {
            Assert.False(layer.IsCausal);
            var a = TestKernels.Matrix(layer, 96);
            Assert.True(a.allclose(a.flip(0, 1), atol: 1e-12));
            Assert.True(a.sum(1).allclose(layer.RowSums(0, 96, ScalarType.Float64, CPU), atol: 1e-12));
            kernel = a.mm(kernel).mm(a.t());
        }

        var target = isExponential ? TestKernels.Exponential(0.005, 96) : TestKernels.Uniform(0.9, 96);
        Assert.True(TestKernels.Distance(target, kernel) < 1e-11, $"{TestKernels.Distance(target, kernel):G3}");
    }

    [Fact]
    public void Entries_below_rounding_are_kept_apart_from_minus_infinity()
    {
        using var scope = NewDisposeScope();
        var bias = SpaSchedule.Exponential(4, 1.0, causal: false, length: 128)[0].Bias(0, 128, 128, ScalarType.Float32, CPU);
        Assert.True(bias.isfinite().all().item<bool>());
        Assert.True(bias[0, 127].item<float>() < -30);
    }

    [Fact]
    public void A_matrix_with_a_really_negative_entry_is_refused()
    {
        var error = Assert.Throws<ConfigurationException>(() => BidirectionalSpa.Of([1, -0.01, 0.2, 0.8], 2));
        Assert.Contains("[0, 1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tiny_negative_entries_are_rounding()
    {
        var layer = BidirectionalSpa.Of([1, -1e-15, 0.2, 0.8], 2);
        Assert.InRange(layer.Matrix(2)[0, 1], 1e-17, 1e-15);
    }

    [Fact]
    public void The_mode_of_SimplEsT_has_its_mistake_and_the_default_does_not()
    {
        using var scope = NewDisposeScope();
        var (right, theirs) = (SpaSchedule.Exponential(4, 0.05, causal: false, length: 16), SpaSchedule.ColumnNormalized(4, 0.05, 16));
        var before = eye(16, dtype: ScalarType.Float64);
        for (var l = 0; l < 4; l++)
        {
            var a = TestKernels.Matrix(right[l], 16);
            var sums = a.sum(1);

            // A divided by the sum that belongs to the column, then by its own new row sum, times D.
            var mistaken = (a / sums).log().softmax(1) * sums.unsqueeze(1);
            Assert.True(TestKernels.Distance(mistaken, TestKernels.Matrix(theirs[l], 16)) < 1e-5);
        }

        Assert.True(TestKernels.Distance(TestKernels.Matrix(right[0], 16), TestKernels.Matrix(theirs[0], 16)) > 1e-3);
    }

    [Fact]
    public void Another_length_than_the_layers_own_is_refused()
    {
        var layer = SpaSchedule.Exponential(2, 0.1, causal: false, length: 8)[1];
        Assert.Throws<ShapeException>(() => layer.Matrix(9));
        Assert.Throws<ShapeException>(() => layer.Bias(0, 4, 7, ScalarType.Float32, CPU));
        Assert.Throws<ShapeException>(() => layer.RowSums(5, 4, ScalarType.Float32, CPU));
    }
}
