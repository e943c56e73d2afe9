using Deep.NFNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

/// <summary>Networks whose numbers native code reads while the collector runs: none may be freed during a call.</summary>
public sealed class CollectionTests
{
    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_collector_that_runs_all_the_time_changes_no_logit_and_no_gradient(Activation activation)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var network = new NFNet(Small.Config with { Activation = activation, StochasticDepth = 0 }, TestDevice.Current);
        Small.OpenBranches(network);
        using var x = randn(2, 3, 16, 16, device: TestDevice.Current);
        var expected = Round(network, x);
        using (new BusyCollector())
        {
            for (var round = 0; round < 25; round++)
            {
                Assert.Equal(expected, Round(network, x));
            }
        }
    }

    [Fact]
    public void A_collector_that_runs_all_the_time_changes_nothing_in_the_frozen_form_or_in_dropped_branches()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var network = new NFNet(
            Small.Config with { StochasticDepth = 0.5, StochasticDepthRule = StochasticDepthRule.Timm }, TestDevice.Current);
        Small.OpenBranches(network);
        using var frozen = network.ForInference();
        using var x = randn(2, 3, 16, 16, device: TestDevice.Current);
        float[] Frozen()
        {
            using var logits = frozen.Forward(x);
            return logits.cpu().data<float>().ToArray();
        }

        float[] Dropped()
        {
            manual_seed(5);
            return Round(network, x);
        }

        var (expectedFrozen, expectedDropped) = (Frozen(), Dropped());
        using (new BusyCollector())
        {
            for (var round = 0; round < 50; round++)
            {
                Assert.Equal(expectedFrozen, Frozen());
                Assert.Equal(expectedDropped, Dropped());
            }
        }
    }

    // Logits and the gradient of the first weight, which every layer's backward pass has entered.
    private static float[] Round(NFNet network, Tensor x)
    {
        using var scope = NewDisposeScope();
        network.zero_grad();
        var logits = network.forward(x);
        logits.sum().backward();
        return [.. logits.detach().cpu().data<float>(), .. network.Stem.Convs[0].Weight.grad!.cpu().data<float>()];
    }
}
