using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels

/// <summary>The stem: convolutions with activations between them, none after the last (NFNet, section 4.1).</summary>
/// <remarks>Children: conv for a single convolution, conv1, conv2, ... for several.</remarks>
public sealed class NFStem : Module<Tensor, Tensor>
{
    private readonly NFNetConfig config;

    /// <summary>The stem of <paramref name="config"/>.</summary>
    /// <param name="config">The network.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public NFStem(NFNetConfig config, Device? device = null)
        : base(nameof(NFStem))
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
        var convs = new List<ScaledWeightStandardizedConv>();
        var channels = config.InputChannels;
        foreach (var conv in config.Stem)
        {
            convs.Add(config.Conv(channels, conv.Channels, conv.Kernel, conv.Stride, device: device));
            register_module(config.Stem.Count == 1 ? "conv" : $"conv{convs.Count}", convs[^1]);
            channels = config.Activated(conv.Channels);
        }

        Convs = convs;
    }

    /// <summary>The convolutions, in order.</summary>
    public IReadOnlyList<ScaledWeightStandardizedConv> Convs { get; }

    /// <summary>The stem.</summary>
    /// <param name="x">[N, C_in, H, W].</param>
    /// <returns>[N, C, H', W'] before any activation. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        var (output, tap) = ForwardWithTap(x);
        tap?.Dispose();
        return output;
    }

    /// <summary>
    /// The stem and its feature map, of the last convolution but one; null where the stem is a single convolution.
    /// </summary>
    internal (Tensor Output, Tensor? Tap) ForwardWithTap(Tensor x)
    {
        using var scope = NewDisposeScope();
        var scale = config.GainInActivation ? config.Activation.Gain() : 1;

        // timm's activations work in place on the map that it has collected; GELU alone has no such form.
        var tapsActivated = config.Numerics == Numerics.Timm && config.Activation != Activation.Gelu;
        Tensor? tap = null;
        for (var i = 0; i < Convs.Count; i++)
        {
            var input = i == 0 ? x : config.Activation.Apply(x, config.Numerics, scale);
            tap = i == 0 ? null : tapsActivated ? input : x;
            x = Convs[i].call(input);
        }

        // A single convolution under a pool is its own tap, as in NF-ResNet.
        if (config.StemMaxPool)
        {
            tap = Convs.Count == 1 ? x : tap;
            x = MaxPool(x);
        }

        return (x.MoveToOuterDisposeScope(), tap?.MoveToOuterDisposeScope());
    }

    private Tensor MaxPool(Tensor x) => config.Numerics == Numerics.Timm
        ? functional.max_pool2d(x, 3, 2, 1)
        : functional.max_pool2d(SamePadding.Pad(x, 3, 2, value: double.NegativeInfinity), 3, 2);

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
