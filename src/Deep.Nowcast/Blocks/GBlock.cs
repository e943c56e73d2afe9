using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// N batch, C input channels, O output channels, H x W pixels

/// <summary>The generator's residual block: batch norm, ReLU and 3 x 3 convolution, twice (supplement, section A.1).</summary>
/// <remarks>Names: <c>bn1</c>, <c>first_conv_3x3</c>, <c>bn2</c>, <c>last_conv_3x3</c>, and <c>conv_1x1</c> where channels change.</remarks>
public sealed class GBlock : Module<Tensor, Tensor>
{
    internal GBlock(int inputChannels, int outputChannels, DgmrConfig config, Device? device)
        : base(nameof(GBlock))
    {
        (InputChannels, OutputChannels) = (inputChannels, outputChannels);
        var hidden = config.GeneratorHidden == HiddenWidth.Input ? inputChannels : outputChannels;
        var epsilon = config.GeneratorSpectralEpsilon;
        FirstNorm = new BatchNorm(inputChannels, config.BatchNormEpsilon, config.BatchNormMomentum, device);
        SecondNorm = new BatchNorm(hidden, config.BatchNormEpsilon, config.BatchNormMomentum, device);
        First = new SpectralConv(inputChannels, hidden, 3, epsilon, device: device);
        Last = new SpectralConv(hidden, outputChannels, 3, epsilon, device: device);
        UsesShortcut = inputChannels != outputChannels;
        Shortcut = UsesShortcut || config.UnusedShortcuts ? new SpectralConv(inputChannels, outputChannels, 1, epsilon, device: device, used: UsesShortcut) : null;
        register_module("bn1", FirstNorm);
        register_module("bn2", SecondNorm);
        if (Shortcut is not null)
        {
            register_module("conv_1x1", Shortcut);
        }

        register_module("first_conv_3x3", First);
        register_module("last_conv_3x3", Last);
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>O.</summary>
    public int OutputChannels { get; }

    /// <summary>The norm of the input.</summary>
    public BatchNorm FirstNorm { get; }

    /// <summary>The norm between the convolutions.</summary>
    public BatchNorm SecondNorm { get; }

    /// <summary>The first convolution.</summary>
    public SpectralConv First { get; }

    /// <summary>The second convolution.</summary>
    public SpectralConv Last { get; }

    /// <summary>The convolution of the shortcut; null: there is none.</summary>
    public SpectralConv? Shortcut { get; }

    /// <summary>False: the shortcut is the input, and <see cref="Shortcut"/>, where there is one, is only kept.</summary>
    public bool UsesShortcut { get; }

    /// <summary>Applies the block.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, O, H, W]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels.</exception>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var main = First.forward(FirstNorm.forward(x).relu_());
        main = Last.forward(SecondNorm.forward(main).relu_());
        return main.Plus(UsesShortcut ? Shortcut!.forward(x) : x).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
