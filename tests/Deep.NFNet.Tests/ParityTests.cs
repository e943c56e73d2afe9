using Deep.NFNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

// The small cases, with every intermediate output; the parity runner computes all of them.
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
    public void A_network_with_timm_names_computes_what_timm_computes(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var parity = new ParityCase(name);
        using var network = Load(parity);
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

        var features = network.ForwardFeatures(x);
        AssertClose(parity, "forward_features", features);
        AssertClose(parity, "pre_logits", features.mean([2, 3]));
        AssertClose(parity, "logits", network.forward(x));
    }

    [SharedTheory]
    [InlineData("timm_features_test_nfnet_1x96")]
    public void A_feature_pyramid_is_timms(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var parity = new ParityCase(name);
        using var network = Load(parity);
        var maps = network.FeaturePyramid(parity.Input("x"));
        Assert.Equal(5, maps.Count);
        for (var i = 0; i < maps.Count; i++)
        {
            AssertClose(parity, $"features.{i}", maps[i]);
        }
    }

    [SharedTheory]
    [InlineData("dm_NFNet_tiny_gelu_2x64")]
    [InlineData("dm_NFNet_tiny_patterns_1x64")]
    [InlineData("dm_NFNet_tiny_relu_1x48")]
    [InlineData("dm_NFNet_tiny_silu_1x61x83")]
    [InlineData("dm_NF_RegNet_B0_1x64")]
    public void A_network_with_haiku_names_computes_what_DeepMind_computes(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var parity = new ParityCase(name);
        using var network = Load(parity);
        AssertClose(parity, "betas", tensor(network.Blocks.Select(block => (float)block.Plan.Beta).ToArray()));
        var x = parity.Input("x").permute(0, 3, 1, 2);
        var signal = network.SignalPropagation(x);
        var y = network.Stem.forward(x);
        AssertClose(parity, "stem", y.permute(0, 2, 3, 1));
        AssertSignal(parity, 0, signal[0]);
        var index = 0;
        foreach (var block in network.Blocks)
        {
            y = block.forward(y);
            if (parity.HasOutput($"block_{index}"))
            {
                AssertClose(parity, $"block_{index}", y.permute(0, 2, 3, 1));
            }

            AssertSignal(parity, ++index, signal[index]);
        }

        AssertClose(parity, "pool", network.Pooled(x));
        AssertClose(parity, "logits", network.forward(x));
    }

    [SharedTheory]
    [InlineData("dm_wsconv_3x3_s2_odd")]
    [InlineData("dm_wsconv_eps_floor")]
    [InlineData("timm_wsconv_small_weights")]
    [InlineData("timm_wsconv_sym_s2")]
    public void A_standardized_convolution_is_the_references(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var parity = new ParityCase(name);
        int Int(string setting) => parity.Config.GetProperty(setting).GetInt32();
        var deepMind = parity.Config.GetProperty("variant").GetString() == "deepmind";
        using var conv = new ScaledWeightStandardizedConv(
            Int("in"), Int("out"), Int("kernel"), Int("stride"), 1, Int("groups"),
            deepMind ? Numerics.DeepMind : Numerics.Timm,
            parity.Config.GetProperty("eps").GetDouble(),
            samePadding: parity.Config.GetProperty("padding").GetString() == "SAME",
            scale: parity.Config.TryGetProperty("gamma", out var gamma) ? gamma.GetDouble() : 1);
        conv.Weight.copy_(deepMind ? parity.Input("w").permute(3, 2, 0, 1) : parity.Input("weight"));
        conv.Gain.copy_(parity.Input("gain").reshape(-1, 1, 1, 1));
        conv.Bias.copy_(parity.Input("bias"));
        var x = parity.Input("x");
        if (!deepMind)
        {
            AssertClose(parity, "y", conv.forward(x));
            return;
        }

        AssertClose(parity, "y", conv.forward(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1));
        AssertClose(parity, "w_hat", conv.StandardizedWeight().permute(2, 3, 1, 0));
    }

    [SharedFact]
    public void Stochastic_depth_drops_and_scales_as_DeepMind_does()
    {
        using var scope = NewDisposeScope();
        var parity = new ParityCase("dm_stochdepth");
        var rate = parity.Config.GetProperty("rate").GetDouble();
        var (x, uniform) = (parity.Input("x"), parity.Input("r"));
        AssertClose(parity, "train", x.mul(StochasticDepth.Mask(uniform, rate, rescale: false)));
        AssertClose(parity, "train_scaled", x.mul(StochasticDepth.Mask(uniform, rate, rescale: true)));
    }

    private static NFNet Load(ParityCase parity)
    {
        using var source = new MemoryCheckpoint(parity.Weights, parity.Weight);
        return NFNetCheckpoint.Load(source, new() { Config = ParityConfig.Of(parity), Device = TestDevice.Current });
    }

    private static void AssertSignal(ParityCase parity, int index, SignalStatistics signal)
    {
        if (!parity.HasOutput($"avg_var_{index}"))
        {
            return;
        }

        AssertClose(parity, $"avg_sq_mean_{index}", tensor((float)signal.SquaredMean));
        AssertClose(parity, $"avg_var_{index}", tensor((float)signal.Variance));
        if (index > 0)
        {
            AssertClose(parity, $"res_avg_var_{index - 1}", tensor((float)signal.BranchVariance!.Value));
        }
    }

    private static void AssertClose(ParityCase parity, string output, Tensor found)
    {
        var difference = parity.Difference(output, found);
        Assert.True(difference <= parity.Tolerance, $"{output} differs by {difference} (allowed {parity.Tolerance})");
    }
}
