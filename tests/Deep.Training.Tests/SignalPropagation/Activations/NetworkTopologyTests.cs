using Deep.Training.SignalPropagation;

namespace Deep.Training.Tests.SignalPropagation;

public class NetworkTopologyTests
{
    [Fact]
    public void A_chain_composes_and_its_slopes_multiply_and_its_curvatures_add()
    {
        var chain = NetworkTopology.Chain(5);
        Assert.Equal(Math.Pow(1.1, 5), chain.Compose(1, x => 1.1 * x), 1e-14);
        Assert.Equal(0.5, chain.Compose(0, x => x + 0.1), 1e-14);
    }

    [Fact]
    public void A_residual_block_mixes_shortcut_and_branch_by_the_squares_of_its_weights()
    {
        var plain = NetworkTopology.Residual([1], 2, 0.6, projections: [false]);
        Assert.Equal(((0.36 * 1) + (0.64 * 4)) * 2, plain.Compose(1, x => 2 * x), 1e-14);
        var projected = NetworkTopology.Residual([1], 2, 0.6);
        Assert.Equal(((0.36 * 2) + (0.64 * 4)) * 2, projected.Compose(1, x => 2 * x), 1e-14);
        var after = NetworkTopology.Residual([1], 1, 0.6, activationsFirst: false);
        Assert.Equal(((0.36 * 1) + (0.64 * 2)) * 4, after.Compose(1, x => 2 * x), 1e-14);
    }

    [Fact]
    public void A_branch_that_is_steeper_than_the_whole_counts()
    {
        var short_ = NetworkTopology.Residual([1], 4, 0.99, projections: [false]);
        Assert.Equal(16, short_.Compose(1, x => 2 * x), 1e-14);
    }

    [Fact]
    public void A_composition_of_ones_own_is_used()
    {
        var own = NetworkTopology.FromComposition((x, r) => r(r(x)), "two");
        Assert.Equal("two", own.ToString());
        Assert.Equal(NetworkTopology.Chain(2).Compose(0.3, x => x * x), own.Compose(0.3, x => x * x));
        Assert.Equal(TailoredLeakyRelu.ForChain(2, 0.2).NegativeSlope, TailoredLeakyRelu.For(own, 0.2).NegativeSlope);
    }

    [Fact]
    public void Networks_that_are_none_are_refused()
    {
        Assert.Throws<ConfigurationException>(() => NetworkTopology.Chain(0));
        Assert.Throws<ConfigurationException>(() => NetworkTopology.Residual([], 2, 0.5));
        Assert.Throws<ConfigurationException>(() => NetworkTopology.Residual([2, 0], 2, 0.5));
        Assert.Throws<ConfigurationException>(() => NetworkTopology.Residual([2], 0, 0.5));
        Assert.Throws<ConfigurationException>(() => NetworkTopology.Residual([2], 2, 1));
        Assert.Throws<ConfigurationException>(() => NetworkTopology.Residual([2], 2, 0.5, projections: [true, true]));
    }
}
