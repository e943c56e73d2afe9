using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

// N batch, C channels, k taps

/// <summary>The gate of a frozen block: squeeze and excitation, or efficient channel attention.</summary>
internal sealed class FrozenAttention : IDisposable
{
    private readonly FrozenLinear? reduce;
    private readonly FrozenLinear? expand;
    private readonly Tensor? taps;

    /// <param name="attention">The trained module.</param>
    /// <param name="precision">The dtype to compute in.</param>
    public FrozenAttention(nn.Module<Tensor, Tensor> attention, Precision precision)
    {
        using var scope = NewDisposeScope();
        switch (attention)
        {
            case SqueezeExcite squeeze:
                reduce = new FrozenLinear(squeeze.Reduce.Weight.flatten(1), squeeze.Reduce.Bias, precision);
                expand = new FrozenLinear(squeeze.Expand.Weight.flatten(1), squeeze.Expand.Bias, precision);
                break;
            case EfficientChannelAttention channels:
                taps = channels.Conv.weight!.detach().to(precision.ToScalarType(), copy: true).DetachFromDisposeScope();
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
        using var scope = NewDisposeScope();
        var pooled = PixelMean.Of(x);
        var logits = taps is null
            ? expand!.Forward(reduce!.Forward(pooled).relu_())
            : nn.functional.conv1d(pooled.unsqueeze(1), taps, padding: taps.size(2) / 2).squeeze(1);
        return logits.sigmoid_().unsqueeze(-1).unsqueeze(-1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        reduce?.Dispose();
        expand?.Dispose();
        taps?.Dispose();
    }
}
