using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels

/// <summary>
/// The shortcut of a block that changes resolution or width: average pooling, then a 1 x 1 convolution (NFNet, section
/// 4.1).
/// </summary>
/// <remarks>Child: conv.</remarks>
public sealed class DownsampleShortcut : Module<Tensor, Tensor>
{
    /// <summary>The shortcut of <paramref name="plan"/>.</summary>
    /// <param name="plan">The block.</param>
    /// <param name="config">The network.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public DownsampleShortcut(NFBlockPlan plan, NFNetConfig config, Device? device = null)
        : base(nameof(DownsampleShortcut))
    {
        var strided = config.Shortcut == ShortcutKind.StridedProjection;
        Conv = config.Conv(config.Activated(plan.InputChannels), plan.OutputChannels, 1, stride: strided
            ? plan.Stride : 1, device: device);
        PoolStride = strided ? 1 : plan.Stride;
        PoolsInPlace = !strided && plan.Stride == 1 && plan.Dilation > 1;
        register_module("conv", Conv);
    }

    /// <summary>The 1 x 1 convolution.</summary>
    public ScaledWeightStandardizedConv Conv { get; }

    /// <summary>Stride of the 2 x 2 average pooling before it; 1: no pooling.</summary>
    public int PoolStride { get; }

    /// <summary>True where dilation took the stride's place: 2 x 2 average pooling that keeps the resolution.</summary>
    public bool PoolsInPlace { get; }

    /// <summary>The shortcut.</summary>
    /// <param name="x">[N, C_in, H, W], the block's scaled activation.</param>
    /// <returns>[N, C_out, ceil(H / stride), ceil(W / stride)]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Conv.call(Pool(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The pooling before the convolution.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, C, ceil(H / stride), ceil(W / stride)]; <paramref name="x"/> itself where nothing is
    /// pooled.</returns>
    public Tensor Pool(Tensor x)
    {
        if (PoolStride > 1)
        {
            // A window that hangs over the border divides by the pixels that are there.
            return functional.avg_pool2d(x, 2, PoolStride, 0, ceil_mode: true, count_include_pad: false);
        }

        if (!PoolsInPlace)
        {
            return x;
        }

        // timm pads with zeros here and counts them: kept, since dilated networks share their weights with it.
        using var padded = SamePadding.Pad(x, 2, 1);
        return functional.avg_pool2d(padded, 2, 1);
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
