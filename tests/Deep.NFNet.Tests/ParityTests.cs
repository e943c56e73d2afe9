using Deep.NFNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public class ParityTests
{
    [SharedTheory]
    [InlineData("timm_tiny_dm_2x64")]
    [InlineData("timm_tiny_dm_gray_1x48")]
    [InlineData("timm_tiny_dm_odd_1x67x43")]
    [InlineData("timm_tiny_dm_relu_1x64")]
    [InlineData("timm_tiny_dm_skip2_odd_1x61x83")]
    [InlineData("timm_tiny_dm_wide_2x64")]
    [InlineData("timm_tiny_nf_2x64")]
    [InlineData("timm_tiny_nf_noattn_1x64")]
    [InlineData("timm_tiny_nf_os16_1x64")]
    [InlineData("timm_tiny_nf_os8_1x64")]
    [InlineData("timm_tiny_reg_2x64")]
    [InlineData("timm_tiny_res_deepstem_1x64")]
    [InlineData("timm_test_nfnet_2x96")]
    [InlineData("timm_eca_nfnet_l0_2x96")]
    [InlineData("timm_nf_regnet_b0_1x96")]
    [InlineData("timm_nf_seresnet26_1x64")]
    public void A_network_with_timm_names_computes_what_timm_computes(string name)
    {
        var parity = new ParityCase(name);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = new NFNet(ParityConfig.Of(parity));
        var state = network.state_dict();
        Assert.Equal(parity.Weights.Select(w => w.Name).Order(StringComparer.Ordinal), state.Keys.Order(StringComparer.Ordinal));
        foreach (var (weight, shape) in parity.Weights)
        {
            Assert.Equal(shape, state[weight].shape);
            state[weight].copy_(parity.Weight(weight, shape));
        }

        network.eval();
        var x = parity.Input("x");
        var maps = network.FeaturePyramid(x);
        AssertClose(parity, "stem", network.Stem.forward(x));
        for (var i = 0; i < network.Stages.Count - 1; i++)
        {
            AssertClose(parity, $"stages.{i}", maps[i + 1]);
        }

        if (network.FinalConv is not null)
        {
            AssertClose(parity, "final_conv", maps[^1]);
        }

        AssertClose(parity, "forward_features", network.ForwardFeatures(x));
        AssertClose(parity, "pre_logits", network.Pooled(x));
        AssertClose(parity, "logits", network.forward(x));
    }

    private static void AssertClose(ParityCase parity, string output, Tensor found)
    {
        var difference = parity.Difference(output, found);
        Assert.True(difference <= parity.Tolerance, $"{output} differs by {difference} (allowed {parity.Tolerance})");
    }
}
