using Deep.NFNets;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using static TorchSharp.torch;

namespace Deep.Parity.Families.NFNets;

/// <summary>Single layers: scaled weight standardization and stochastic depth.</summary>
internal static class UnitCases
{
    private static readonly string[] Symmetric = ["symmetric ((s-1)+d*(k-1))//2", "symmetric"];

    /// <summary>A convolution with standardized weights.</summary>
    public static void Convolution(ParityCase parity, CaseCheck check)
    {
        var config = parity.Config;
        config.Informational("op", "note", "ws_formula");
        var deepMind = Variant.IsDeepMind(config);
        Variant.Require(config, "input_layout", deepMind ? "NHWC" : "NCHW");
        Variant.Require(config, "conv_weight_layout", deepMind ? "HWIO" : "OIHW");
        var padding = config.Text("padding");
        if (padding != "SAME" && !Symmetric.Contains(padding))
        {
            throw new MalformedCaseException($"the padding {padding} is not known");
        }

        using var convolution = new ScaledWeightStandardizedConv(
            config.Whole("in"), config.Whole("out"), config.Whole("kernel"), config.Whole("stride", 1), config.Whole("dilation", 1),
            config.Whole("groups", 1), deepMind ? Numerics.DeepMind : Numerics.Timm, config.Number("eps"), padding == "SAME",
            config.Number("gamma", 1));
        using var withoutGradient = no_grad();
        convolution.Weight.copy_(deepMind ? parity.Tensor("w").permute(3, 2, 0, 1) : parity.Tensor("weight"));
        convolution.Gain.copy_(parity.Tensor("gain").reshape(convolution.Gain.shape));
        convolution.Bias.copy_(parity.Tensor("bias"));
        var x = parity.Tensor("x");
        var y = convolution.call(deepMind ? x.permute(0, 3, 1, 2) : x);
        var weight = convolution.StandardizedWeight();
        check.Give("y", deepMind ? y.permute(0, 2, 3, 1) : y);
        check.Give("w_hat", deepMind ? weight.permute(2, 3, 1, 0) : weight);
    }

    /// <summary>Stochastic depth with given draws.</summary>
    public static void StochasticDepth(ParityCase parity, CaseCheck check)
    {
        parity.Config.Informational("op", "rule", "note", "variant");
        var rate = parity.Config.Number("rate");
        var (x, uniform) = (parity.Tensor("x"), parity.Tensor("r"));
        check.Give("train", x * Deep.NFNets.StochasticDepth.Mask(uniform, rate, rescale: false));
        check.Give("train_scaled", x * Deep.NFNets.StochasticDepth.Mask(uniform, rate, rescale: true));
        check.Give("eval", x);
    }
}
