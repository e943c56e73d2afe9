using Deep.NFNets;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using static TorchSharp.torch;

namespace Deep.Parity.Families.NFNets;

/// <summary>A whole network in eval mode: every map between the parts, pooled features and logits.</summary>
internal static class ForwardCase
{
    /// <summary>Computes the outputs of either reference.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        using var inference = inference_mode();
        using var reference = new ReferenceNetwork(parity);
        reference.Network.eval();
        var pictures = reference.FromTheirs(parity.Tensor("x"));
        if (parity.Config.Flag("features_only", false))
        {
            GivePyramid(parity, reference.Network, pictures, check);
        }
        else if (reference.IsHaiku)
        {
            GiveBlocks(reference, pictures, check);
        }
        else
        {
            GiveStages(reference.Network, pictures, check);
        }
    }

    private static void GiveStages(NFNet network, Tensor pictures, CaseCheck check)
    {
        var x = network.Stem.call(pictures);
        check.Give("stem", x);
        for (var i = 0; i < network.Stages.Count; i++)
        {
            x = network.Stages[i].call(x);
            check.Give($"stages.{i}", x);
        }

        check.Give("final_conv", network.FinalConv?.call(x) ?? x);
        check.Give("forward_features", network.ForwardFeatures(pictures));
        GiveHead(network, pictures, "pre_logits", check);
    }

    private static void GiveBlocks(ReferenceNetwork reference, Tensor pictures, CaseCheck check)
    {
        var network = reference.Network;
        var x = network.Stem.call(pictures);
        check.Give("stem", reference.ToTheirs(x));
        GiveSignal(x, 0, check);
        foreach (var (block, i) in network.Blocks.Select((block, i) => (block, i)))
        {
            if (check.Wants($"res_avg_var_{i}"))
            {
                check.Give($"res_avg_var_{i}", MeanVariance(block.Residual(x)));
            }

            x = block.call(x);
            check.Give($"block_{i}", reference.ToTheirs(x));
            GiveSignal(x, i + 1, check);
        }

        var plan = network.Config.Plan();
        check.Give("betas", [plan.Count], [.. plan.Select(block => block.Beta)]);
        GiveHead(network, pictures, "pool", check);
    }

    private static void GiveHead(NFNet network, Tensor pictures, string pooled, CaseCheck check)
    {
        var features = network.Pooled(pictures);
        check.Give(pooled, features);
        check.Give("logits", network.Head.call(features));
    }

    private static void GivePyramid(ParityCase parity, NFNet network, Tensor pictures, CaseCheck check)
    {
        var stem = network.Config.Stem.Count == 1 ? "stem.conv" : $"stem.conv{network.Config.Stem.Count - 1}";
        var last = network.FinalConv is null ? $"stages.{network.Stages.Count - 1}" : "final_conv";
        string[] names = [stem, .. Enumerable.Range(0, network.Stages.Count - 1).Select(i => $"stages.{i}"), last];
        var maps = names.Zip(network.FeaturePyramid(pictures)).ToDictionary(map => map.First, map => map.Second);
        var modules = parity.Config.Texts("feature_modules");
        var reductions = parity.Config.Integers("reductions");
        for (var i = 0; i < modules.Length; i++)
        {
            var map = maps.GetValueOrDefault(modules[i]) ?? throw new MalformedCaseException($"the feature map {modules[i]} is not known");
            check.Agree($"the height of {modules[i]}", [Math.Ceiling(pictures.shape[2] / (double)reductions[i])], [map.shape[2]], 0);
            check.Give($"features.{i}", map);
        }
    }

    // Signal propagation (2101.08692, section 3): squared mean and variance of each channel, averaged over channels.
    private static void GiveSignal(Tensor x, int depth, CaseCheck check)
    {
        if (check.Wants($"avg_var_{depth}"))
        {
            check.Give($"avg_sq_mean_{depth}", x.mean([0, 2, 3]).square().mean());
            check.Give($"avg_var_{depth}", MeanVariance(x));
        }
    }

    private static Tensor MeanVariance(Tensor x) => x.var([0, 2, 3], unbiased: false).mean();
}
