using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

// N batch, C channels, k taps

/// <summary>The gate of a frozen block: squeeze and excitation, or efficient channel attention.</summary>
internal sealed class FrozenAttention : IDisposable
{
    private readonly FrozenPointwise? reduce;
    private readonly FrozenPointwise? expand;
    private readonly Tensor? taps;

    /// <param name="attention">The trained module.</param>
    /// <param name="options">How to freeze.</param>
    public FrozenAttention(nn.Module<Tensor, Tensor> attention, InferenceOptions options)
    {
        switch (attention)
        {
            case SqueezeExcite squeeze:
                reduce = new FrozenPointwise(squeeze.Reduce.Weight, squeeze.Reduce.Bias, FusedActivation.Relu, options);
                expand = new FrozenPointwise(squeeze.Expand.Weight, squeeze.Expand.Bias, FusedActivation.Sigmoid, options);
                break;
            case EfficientChannelAttention channels:
                taps = channels.Conv.weight!.detach().to(options.Precision.ToScalarType(), copy: true).DetachFromDisposeScope();
                break;
            default:
                throw new ConfigurationException(nameof(NFNetConfig.Attention), "squeeze and excitation or efficient channel attention", attention.GetName());
        }
    }

    /// <summary>The gate of each channel.</summary>
    /// <param name="x">[N, C, H, W], channels-last.</param>
    /// <returns>[N, C, 1, 1], each in (0, 1). The caller disposes it.</returns>
    public Tensor Gate(Tensor x)
    {
        using var pooled = PixelMean.Of(x);
        if (taps is null)
        {
            using var hidden = reduce!.Forward(pooled);
            return expand!.Forward(hidden);
        }

        using var scope = NewDisposeScope();
        var row = pooled.flatten(1).unsqueeze(1);
        return nn.functional.conv1d(row, taps, padding: taps.size(2) / 2).sigmoid_().reshape(pooled.shape).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        reduce?.Dispose();
        expand?.Dispose();
        taps?.Dispose();
    }
}
