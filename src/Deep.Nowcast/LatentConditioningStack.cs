using System.Diagnostics.CodeAnalysis;
using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, Z noise channels, L latent channels, h x w latent pixels

/// <summary>The latent stack: noise becomes the latent representation that all steps of a forecast share (supplement, A.1).</summary>
/// <remarks>Names: <c>conv_3x3</c>, <c>l_block1</c> to <c>l_block4</c>, <c>att_block</c> before the last.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "The paper calls it a stack.")]
public sealed class LatentConditioningStack : Module<Tensor, Tensor>
{
    internal LatentConditioningStack(DgmrConfig config, Device? device)
        : base(nameof(LatentConditioningStack))
    {
        (NoiseChannels, LatentChannels) = (config.NoiseChannels, config.LatentChannels);
        First = new SpectralConv(NoiseChannels, NoiseChannels, 3, config.SpectralEpsilon, device: device);
        int[] widths = [NoiseChannels, LatentChannels / 32, LatentChannels / 16, LatentChannels / 4, LatentChannels];
        Blocks = [.. Enumerable.Range(0, 4).Select(block => new LBlock(widths[block], widths[block + 1], device))];
        Attention = new LatentAttention(LatentChannels / 4, config.Attention, device);
        register_module("conv_3x3", First);
        for (var block = 0; block < 3; block++)
        {
            register_module($"l_block{block + 1}", Blocks[block]);
        }

        register_module("att_block", Attention);
        register_module("l_block4", Blocks[3]);
    }

    /// <summary>Z.</summary>
    public int NoiseChannels { get; }

    /// <summary>L.</summary>
    public int LatentChannels { get; }

    /// <summary>The convolution of the noise.</summary>
    public SpectralConv First { get; }

    /// <summary>The four blocks, to L/32, L/16, L/4 and L channels.</summary>
    public IReadOnlyList<LBlock> Blocks { get; }

    /// <summary>The attention between the third and the fourth block.</summary>
    public LatentAttention Attention { get; }

    /// <summary>The latent representation of noise.</summary>
    /// <param name="noise">[B, Z, h, w], standard normal.</param>
    /// <returns>[B, L, h, w]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="noise"/> does not have Z channels.</exception>
    public override Tensor forward(Tensor noise)
    {
        Shapes.Require(noise, [Shapes.Any, NoiseChannels, Shapes.Any, Shapes.Any], "[batch, noise channels, height, width]");
        using var scope = NewDisposeScope();
        var x = First.forward(noise);
        for (var block = 0; block < 3; block++)
        {
            x = Blocks[block].forward(x);
        }

        return Blocks[3].forward(Attention.forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
