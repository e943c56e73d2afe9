using Deep.Tensors;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public class InitializationTests
{
    [Theory]
    [InlineData(8, 8, 1.0)]
    [InlineData(12, 5, 1.0)]
    [InlineData(5, 12, 0.5)]
    [InlineData(1, 3, 1.0)]
    public void Rows_or_columns_are_orthogonal_with_the_gain(long outputs, long inputs, double gain)
    {
        using var scope = NewDisposeScope();
        var weight = Initialization.OrthogonalInPlace(empty([outputs, inputs], ScalarType.Float64), gain, new Generator(1, CPU));
        var gram = outputs < inputs ? weight.mm(weight.t()) : weight.t().mm(weight);
        Assert.True(gram.allclose(eye(Math.Min(outputs, inputs), dtype: ScalarType.Float64).Times(gain * gain), atol: 1e-12));
    }

    [Theory]
    [InlineData(256, 64)]
    [InlineData(64, 256)]
    [InlineData(64, 64)]
    public void A_layer_keeps_the_mean_square_of_its_inputs_whatever_its_shape(long outputs, long inputs)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2, CPU);
        var weight = Initialization.ScaledUniformOrthogonalInPlace(empty([outputs, inputs], ScalarType.Float64), generator: generator);
        var y = randn([2000, inputs], ScalarType.Float64, generator: generator).mm(weight.t());
        Assert.Equal(1, y.mul(y).mean().item<double>(), 0.02);
    }

    [Fact]
    public void The_matrices_are_uniform_their_signs_too()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var corner = Enumerable.Range(0, 400)
            .Select(_ => Initialization.OrthogonalInPlace(empty([3, 3], ScalarType.Float64), generator: generator)[0, 0].item<double>()).ToArray();
        Assert.Equal(0, corner.Average(), 0.1);
        Assert.Equal(1.0 / 3, corner.Average(c => c * c), 0.05);
    }

    [Theory]
    [InlineData(6, 4)]
    [InlineData(4, 6)]
    public void The_delta_initialisation_has_its_matrix_at_the_centre_and_zeros_elsewhere(long outputs, long inputs)
    {
        using var scope = NewDisposeScope();
        var weight = Initialization.DeltaOrthogonalInPlace(ones([outputs, inputs, 3, 5], ScalarType.Float64), generator: new Generator(4, CPU));
        var centre = weight.select(3, 2).select(2, 1);
        var gram = outputs < inputs ? centre.mm(centre.t()) : centre.t().mm(centre);
        var scale = Math.Max(1, (double)outputs / inputs);
        Assert.True(gram.allclose(eye(Math.Min(outputs, inputs), dtype: ScalarType.Float64).Times(scale), atol: 1e-12));
        Assert.Equal(outputs * inputs, weight.count_nonzero().item<long>());
    }

    [Fact]
    public void A_kernel_of_even_size_has_no_centre()
    {
        using var weight = ones(4, 4, 2, 3);
        var error = Assert.Throws<ShapeException>(() => Initialization.DeltaOrthogonalInPlace(weight));
        Assert.Contains("odd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_convolution_counts_its_taps_as_inputs_unless_it_is_a_delta()
    {
        using var scope = NewDisposeScope();
        var weight = Initialization.ScaledUniformOrthogonalInPlace(empty([36, 2, 3, 1], ScalarType.Float64), generator: new Generator(5, CPU)).reshape(36, 6);
        Assert.True(weight.t().mm(weight).allclose(eye(6, dtype: ScalarType.Float64).Times(6), atol: 1e-12));
    }

    [Fact]
    public void A_trained_parameter_is_filled_without_gradient_and_the_same_seed_gives_the_same_weights()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(6, 4);
        Initialization.ScaledUniformOrthogonalInPlace(layer.weight, generator: new Generator(6, CPU));
        using var other = nn.Linear(6, 4);
        Initialization.ScaledUniformOrthogonalInPlace(other.weight, generator: new Generator(6, CPU));
        Assert.True(layer.weight.requires_grad && layer.weight.is_leaf);
        Assert.True(Bits.Same(layer.weight, other.weight));
        Assert.True(Initialization.OrthogonalInPlace(zeros([4, 4], ScalarType.BFloat16), generator: new Generator(6, CPU)).count_nonzero().item<long>() > 10);
    }

    [Fact]
    public void Nothing_stays_alive_and_what_is_no_weight_is_refused()
    {
        using var weight = ones(4, 4, 3, 3);
        using var generator = new Generator(7, CPU);
        var live = new LiveTensors();
        Initialization.OrthogonalInPlace(weight, generator: generator);
        Initialization.ScaledUniformOrthogonalInPlace(weight, generator: generator);
        Initialization.DeltaOrthogonalInPlace(weight, generator: generator);
        Assert.Equal(0, live.Created);
        using var scope = NewDisposeScope();
        Assert.Throws<ShapeException>(() => Initialization.OrthogonalInPlace(ones(4)));
        Assert.Throws<ShapeException>(() => Initialization.OrthogonalInPlace(ones([4, 4], ScalarType.Int64)));
        Assert.Throws<ShapeException>(() => Initialization.OrthogonalInPlace(ones(0, 4)));
    }
}
