using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

/// <summary>Fresh weights as DeepMind's code initialises them.</summary>
/// <remarks>
/// Linear layers and convolutions: normal, cut at two standard deviations, of variance 1 / fan_in after the cut; biases 0.
/// Embeddings: the same with deviation 1. Latents, learned positions, queries, padding and mask tokens: deviation 0.02.
/// The last layer of the average-then-project and the flow decoder: 0.
/// </remarks>
internal static class PerceiverInitializer
{
    // The standard deviation of a standard normal variable that is cut at two.
    private const double CutDeviation = 0.87962566103423978;

    /// <summary>Initialises every parameter of <paramref name="network"/> from torch's generator.</summary>
    public static void Initialize(Perceiver network)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var last = name[(name.LastIndexOf('.') + 1)..];
            if (parameter.device_type == DeviceType.META || name.Contains("norm", StringComparison.Ordinal))
            {
                continue; // a normalization starts as 1 and 0
            }
            else if (last == "bias")
            {
                init.zeros_(parameter);
            }
            else if (last == "weight")
            {
                TruncatedNormal.FillInPlace(parameter, name.EndsWith("embedding.weight", StringComparison.Ordinal) ? 1
                    : 1 / Math.Sqrt(FanIn(name, parameter)) / CutDeviation);
            }
            else
            {
                TruncatedNormal.FillInPlace(parameter, name == "latents" ? network.Config.LatentScale : 0.02);
            }
        }

        LearnedScale(network.Preprocessor.Positions, network.Config.Preprocessor.Positions);
        if (network.Decoder is AverageProjectDecoder or FlowDecoder && network.Latents.device_type != DeviceType.META)
        {
            init.zeros_(network.Decoder.Output!.weight!);
        }
    }

    private static void LearnedScale(Parameter? table, PositionConfig? config)
    {
        if (table is not null && table.device_type != DeviceType.META && config is LearnedConfig learned)
        {
            TruncatedNormal.FillInPlace(table, learned.InitialScale);
        }
    }

    // A transposed convolution's weight is [in, out, ...]: haiku takes its fan-in over all but the output channels too.
    private static double FanIn(string name, Parameter weight)
    {
        var outputs = name.Contains("transposed_", StringComparison.Ordinal) ? weight.shape[1] : weight.shape[0];
        return weight.numel() / (double)outputs;
    }
}
