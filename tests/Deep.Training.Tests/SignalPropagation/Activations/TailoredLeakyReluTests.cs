using Deep.Tensors;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public class TailoredLeakyReluTests
{
    [Theory]
    [InlineData(16, 0.10450)]
    [InlineData(18, 0.14614)]
    [InlineData(24, 0.23850)]
    [InlineData(36, 0.35112)]
    [InlineData(72, 0.50839)]
    [InlineData(108, 0.58396)]
    [InlineData(432, 0.77171)]
    public void The_slope_of_a_chain_is_the_published_one(int activations, double slope)
    {
        var activation = TailoredLeakyRelu.ForChain(activations);
        Assert.Equal(slope, activation.NegativeSlope, 5e-6);
        Assert.Equal(0.9, NetworkTopology.Chain(activations).Compose(0, activation.CorrelationMap), 1e-12);
    }

    [Fact]
    public void A_target_that_ReLU_does_not_reach_is_refused_with_what_it_reaches()
    {
        var error = Assert.Throws<ConfigurationException>(() => TailoredLeakyRelu.ForChain(12));
        Assert.Contains("a chain of 12 activations", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 0.8", error.Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => TailoredLeakyRelu.ForChain(20, 1));
        Assert.Throws<ConfigurationException>(() => TailoredLeakyRelu.ForChain(20, 0));
        Assert.Throws<ConfigurationException>(() => TailoredLeakyRelu.ForChain(0));
        Assert.Throws<ConfigurationException>(() => new TailoredLeakyRelu { NegativeSlope = 1.1 });
    }

    [Fact]
    public void The_tensor_form_keeps_the_mean_square_and_has_the_map_of_correlations()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var activation = new TailoredLeakyRelu { NegativeSlope = 0.3 };
        var (x, z) = (randn(400_000, ScalarType.Float64, generator: generator), randn(400_000, ScalarType.Float64, generator: generator));
        var (a, b) = (activation.Apply(x), activation.Apply(x.Times(0.6).Plus(z, 0.8)));
        Assert.Equal(1, a.mul(a).mean().item<double>(), 0.01);
        Assert.Equal(activation.CorrelationMap(0.6), a.mul(b).mean().item<double>(), 0.01);
    }

    [Fact]
    public void The_map_goes_from_its_least_value_to_1_and_is_the_identity_for_a_linear_activation()
    {
        Assert.Equal(0, new TailoredLeakyRelu().CorrelationMap(-1), 1e-15);
        Assert.Equal(1, new TailoredLeakyRelu().CorrelationMap(1), 1e-15);
        Assert.Equal(1 / Math.PI, new TailoredLeakyRelu().CorrelationMap(0), 1e-15);
        Assert.Equal(-0.3, new TailoredLeakyRelu { NegativeSlope = 1 }.CorrelationMap(-0.3), 1e-15);
    }

    [Fact]
    public void Nothing_stays_alive()
    {
        using var x = ones(4, requires_grad: true);
        var live = new LiveTensors();
        TailoredLeakyRelu.ForChain(36).Apply(x).Dispose();
        Assert.Equal(0, live.Created);
        Assert.Throws<ShapeException>(() => new TailoredLeakyRelu().Apply(tensor(1)));
    }
}
