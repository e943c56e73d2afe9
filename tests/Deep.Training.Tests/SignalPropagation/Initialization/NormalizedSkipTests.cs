using Deep.Tensors;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public class NormalizedSkipTests
{
    [Fact]
    public void The_sum_of_independent_branches_keeps_the_mean_square()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        var (skip, residual) = (randn(100_000, generator: generator), randn(100_000, generator: generator));
        foreach (var weight in new[] { 0, 0.3, 0.9, 1 })
        {
            var sum = new NormalizedSkip { Weight = weight }.Apply(skip, residual);
            Assert.Equal(1, sum.mul(sum).mean().item<float>(), 0.02);
        }

        Assert.True(new NormalizedSkip { Weight = 0.6 }.Apply(skip, residual).allclose((skip * 0.6) + (residual * 0.8), atol: 1e-6));
    }

    [Fact]
    public void Weights_out_of_range_and_other_shapes_are_refused_and_nothing_stays_alive()
    {
        Assert.Throws<ConfigurationException>(() => new NormalizedSkip { Weight = 1.5 });
        using Tensor x = ones(3), y = ones(4);
        Assert.Throws<ShapeException>(() => new NormalizedSkip().Apply(x, y));
        var live = new LiveTensors();
        new NormalizedSkip().Apply(x, x).Dispose();
        Assert.Equal(0, live.Created);
    }
}
