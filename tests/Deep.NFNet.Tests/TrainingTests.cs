using Deep.NFNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public class TrainingTests
{
    public static TheoryData<string> EveryActivation => [.. Enum.GetNames<Activation>()];

    [Theory]
    [MemberData(nameof(EveryActivation))]
    public void Every_parameter_gets_a_gradient_whatever_the_activation(string activation)
    {
        foreach (var gainInActivation in new[] { true, false })
        {
            using var scope = NewDisposeScope();
            using var network = new NFNet(Small.Config with
            {
                Activation = Enum.Parse<Activation>(activation),
                GainInActivation = gainInActivation,
                StochasticDepth = 0.1,
                Dropout = 0.1
            });
            Small.OpenBranches(network);
            network.forward(randn(4, 3, 17, 16)).square().mean().backward();
            foreach (var (name, parameter) in network.named_parameters())
            {
                Assert.True(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>(), name);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fresh_branch_keeps_unit_variance_when_its_input_has_the_expected_deviation(bool deepMind)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        manual_seed(1);
        var published = deepMind ? NFNetConfig.F1 : NFNetConfig.NFNetF1;
        using var network = new NFNet(published with
        {
            Stages = [.. published.Stages.Select(s =>
            s with { Width = s.Width / 4, GroupWidth = 16 })]
        });
        Small.OpenBranches(network, 1);
        var variances = network.Blocks.Select(block =>
            block.Residual(randn(2, block.Plan.InputChannels, 16, 16).div(block.Plan.Beta)).var(
                [0, 2, 3]).mean().item<float>());
        Assert.InRange(variances.Average(), 0.8, 1.4);
    }

    [Fact]
    public void A_fresh_block_is_the_identity_because_its_branch_starts_at_zero()
    {
        using var scope = NewDisposeScope();
        foreach (var skipGain in new[] { true, false })
        {
            using var network = new NFNet(Small.Config with { SkipGain = skipGain });
            var block = network.Blocks.First(b => b.Downsample is null);
            var x = randn(2, block.Plan.InputChannels, 8, 8);
            Assert.True(block.forward(x).allclose(x));
        }
    }
}
