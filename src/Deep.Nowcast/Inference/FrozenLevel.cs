using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// N images: steps and members, S state and L latent channels, H x W pixels

/// <summary>What follows the recurrent unit of one level: 1 x 1 convolution, G block, doubling G block, with norms and ReLUs folded.</summary>
internal sealed class FrozenLevel : IDisposable
{
    private readonly FrozenConvolution projection;
    private readonly FrozenActivation blockEntry;
    private readonly FrozenConvolution blockFirst;
    private readonly FrozenConvolution blockLast;
    private readonly FrozenActivation upEntry;
    private readonly PhaseConvolution upFirst;
    private readonly FrozenConvolution upLast;
    private readonly FrozenConvolution upShortcut;

    public FrozenLevel(SamplerLevel level, Precision precision)
    {
        using var scope = NewDisposeScope();
        var (block, up) = (level.Block, level.Upsampling);
        projection = Fold.Convolution(level.Projection, precision);
        blockEntry = new FrozenActivation(block.FirstNorm);
        blockFirst = Fold.Convolution(block.First, precision, block.SecondNorm, FusedActivation.Relu);
        blockLast = Fold.Convolution(block.Last, precision);
        upEntry = new FrozenActivation(up.FirstNorm);
        var (weight, bias) = Fold.Parts(up.First, up.SecondNorm);
        upFirst = new PhaseConvolution(weight, bias, FusedActivation.Relu, precision);
        upLast = Fold.Convolution(up.Last, precision);
        upShortcut = Fold.Convolution(up.Shortcut, precision);
    }

    /// <summary>All blocks.</summary>
    /// <param name="states">[N, S, H, W], channels-last.</param>
    /// <returns>[N, L / 2, 2 H, 2 W], channels-last. The caller disposes it.</returns>
    public Tensor Forward(Tensor states)
    {
        using var scope = NewDisposeScope();
        var x = projection.Forward(states);
        blockLast.AddTo(x, Through(blockEntry, blockFirst.Forward, x));
        var sum = functional.interpolate(upShortcut.Forward(x), scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        var hidden = Through(upEntry, upFirst.Forward, x);
        x.Dispose();
        upLast.AddTo(sum, hidden);
        return sum.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var part in new IDisposable[] { projection, blockEntry, blockFirst, blockLast, upEntry, upFirst, upLast, upShortcut })
        {
            part.Dispose();
        }
    }

    private static Tensor Through(FrozenActivation entry, Func<Tensor, Tensor> convolution, Tensor x)
    {
        using var activated = entry.Apply(x);
        return convolution(activated);
    }
}
