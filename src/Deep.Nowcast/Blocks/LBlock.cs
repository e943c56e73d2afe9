using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// N batch, C input channels, O output channels, H x W pixels

/// <summary>The latent stack's residual block, which adds channels beside those that come in (supplement, section A.1).</summary>
/// <remarks>
/// Names: <c>first_conv_3x3</c>, <c>last_conv_3x3</c>, <c>conv_1x1</c> to the O - C new channels, empty where there are none.
/// Not spectrally normalised.
/// </remarks>
public sealed class LBlock : Module<Tensor, Tensor>
{
    internal LBlock(int inputChannels, int outputChannels, Device? device)
        : base(nameof(LBlock))
    {
        Require.That(outputChannels >= inputChannels, nameof(outputChannels), $"at least the {inputChannels} that come in", outputChannels);
        (InputChannels, OutputChannels) = (inputChannels, outputChannels);
        NewChannels = new PlainConv(inputChannels, outputChannels - inputChannels, 1, hasBias: true, device);
        First = new PlainConv(inputChannels, outputChannels, 3, hasBias: true, device);
        Last = new PlainConv(outputChannels, outputChannels, 3, hasBias: true, device);
        register_module("conv_1x1", NewChannels);
        register_module("first_conv_3x3", First);
        register_module("last_conv_3x3", Last);
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>O.</summary>
    public int OutputChannels { get; }

    /// <summary>The shortcut's channels beyond the input's; its output may be empty.</summary>
    public PlainConv NewChannels { get; }

    /// <summary>The first convolution.</summary>
    public PlainConv First { get; }

    /// <summary>The second convolution.</summary>
    public PlainConv Last { get; }

    /// <summary>Applies the block.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, O, H, W]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels.</exception>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var main = Last.forward(First.forward(x.relu()).relu_());
        var shortcut = NewChannels.OutputChannels == 0 ? x : cat([x, NewChannels.forward(x)], 1);
        return main.Plus(shortcut).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
