using Deep.Nn;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

/// <summary>Fresh weights (NFNet, appendix A, and the reference code of each profile).</summary>
internal static class NFNetInitializer
{
    /// <summary>Initialises every parameter of <paramref name="network"/> from torch's generator.</summary>
    public static void Initialize(NFNet network)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var module in network.modules())
        {
            switch (module)
            {
                case ScaledWeightStandardizedConv conv:
                    init.normal_(conv.Weight, 0, Math.Sqrt(conv.OutputChannels / (double)conv.Weight.numel()));
                    init.zeros_(conv.Bias);
                    init.ones_(conv.Gain);
                    break;
                case Pointwise layer:
                    InitializePointwise(layer, network.Config.Numerics);
                    break;
            }
        }

        foreach (var block in network.Blocks)
        {
            // A branch that starts at 0 makes the block the identity at first, by one of two gains.
            init.zeros_(block.SkipInitGain ?? block.Conv3.Gain);
        }

        InitializeHead(network);
    }

    /// <summary>Initialises the classifier of <paramref name="network"/>, if it has one.</summary>
    public static void InitializeHead(NFNet network)
    {
        using var frozen = no_grad();
        if (network.Head.Classifier is { } classifier)
        {
            init.normal_(classifier.weight!, 0, network.Config.ZeroClassifier ? 0 : 0.01);
            init.zeros_(classifier.bias!);
        }
    }

    private static void InitializePointwise(Pointwise layer, Numerics numerics)
    {
        var deviation = 1 / Math.Sqrt(layer.Weight.shape[1]);
        if (numerics == Numerics.DeepMind)
        {
            TruncatedNormal.FillInPlace(layer.Weight, deviation);
        }
        else
        {
            init.normal_(layer.Weight, 0, deviation);
        }

        init.zeros_(layer.Bias);
    }
}
