using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels, k taps

/// <summary>Efficient channel attention (1910.03151): a convolution of k taps along the pooled channels.</summary>
/// <remarks>Parameter: conv.weight [1, 1, k], no bias.</remarks>
public sealed class EfficientChannelAttention : Module<Tensor, Tensor>
{
    /// <summary>Attention over <paramref name="channels"/>.</summary>
    /// <param name="channels">C; decides k.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public EfficientChannelAttention(int channels, Device? device = null)
        : base(nameof(EfficientChannelAttention))
    {
        Conv = Conv1d(1, 1, Taps(channels), padding: Taps(channels) / 2, bias: false, device: device);
        register_module("conv", Conv);
    }

    /// <summary>The convolution along the channels.</summary>
    public Conv1d Conv { get; }

    /// <summary>The paper's kernel size: the odd number at or above |log2(C) + 1| / 2, 3 or more.</summary>
    /// <param name="channels">C.</param>
    public static int Taps(int channels) => Math.Max((int)(Math.Abs(Math.Log2(channels) + 1) / 2) | 1, 3);

    /// <summary>The gate of each channel.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, C, 1, 1], each in (0, 1), dtype of the weights. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var pooled = x.mean([2, 3]).to(Conv.weight!.dtype).unsqueeze(1);
        return torch.sigmoid(Conv.call(pooled)).view(x.shape[0], -1, 1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
