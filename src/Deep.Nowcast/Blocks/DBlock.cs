using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// N batch, T time, C input channels, O output channels, H x W pixels

/// <summary>The residual block of discriminators and conditioning stack: ReLU and 3 x 3 convolution, twice, and a mean over 2 x 2 pixels.</summary>
/// <remarks>
/// Names: <c>first_conv_3x3</c>, <c>last_conv_3x3</c>, and <c>conv_1x1</c> where the shortcut has one. The block over time halves
/// that too, without its last frame where there is an odd number. The shortcut's mean comes before its convolution of one tap, which
/// gives the same numbers for a quarter of the work.
/// </remarks>
public sealed class DBlock : Module<Tensor, Tensor>
{
    internal DBlock(int inputChannels, int outputChannels, DgmrConfig config, bool downsamples = true, bool activatesInput = true,
        bool overTime = false, Device? device = null)
        : base(nameof(DBlock))
    {
        (InputChannels, OutputChannels) = (inputChannels, outputChannels);
        (Downsamples, ActivatesInput, OverTime) = (downsamples, activatesInput, overTime);
        var hidden = config.DiscriminatorHidden == HiddenWidth.Input ? inputChannels : outputChannels;
        UsesShortcut = inputChannels != outputChannels || (downsamples && config.Shortcuts == ShortcutRule.WidthOrSizeChanges);
        Shortcut = UsesShortcut || config.UnusedShortcuts ? Conv(inputChannels, outputChannels, 1, UsesShortcut) : null;
        First = Conv(inputChannels, hidden, 3);
        Last = Conv(hidden, outputChannels, 3);
        if (Shortcut is not null)
        {
            register_module("conv_1x1", Shortcut);
        }

        register_module("first_conv_3x3", First);
        register_module("last_conv_3x3", Last);

        SpectralConv Conv(int inputs, int outputs, int kernel, bool used = true) =>
            new(inputs, outputs, kernel, config.SpectralEpsilon, overTime, device, used);
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>O.</summary>
    public int OutputChannels { get; }

    /// <summary>Whether height and width, and time where the block is over time, are halved.</summary>
    public bool Downsamples { get; }

    /// <summary>Whether a ReLU comes before the first convolution.</summary>
    public bool ActivatesInput { get; }

    /// <summary>Whether kernels and means span time too.</summary>
    public bool OverTime { get; }

    /// <summary>The first convolution.</summary>
    public SpectralConv First { get; }

    /// <summary>The second convolution.</summary>
    public SpectralConv Last { get; }

    /// <summary>The convolution of the shortcut; null: there is none.</summary>
    public SpectralConv? Shortcut { get; }

    /// <summary>False: <see cref="Shortcut"/>, where there is one, is only kept.</summary>
    public bool UsesShortcut { get; }

    /// <summary>Applies the block.</summary>
    /// <param name="x">[N, C, H, W], or [N, C, T, H, W] where the block is over time.</param>
    /// <returns>O channels; the other axes halved, rounded down, or as they were. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels, or an axis to be halved has one element.</exception>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var main = Last.forward(First.forward(ActivatesInput ? x.relu() : x).relu_());
        var shortcut = x;
        if (Downsamples)
        {
            (main, shortcut) = (Halve(main), Halve(x));
        }

        return main.Plus(UsesShortcut ? Shortcut!.forward(shortcut) : shortcut).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }

    private Tensor Halve(Tensor x)
    {
        var sizes = x.shape;
        if (sizes.AsSpan(2).ContainsAnyInRange(0, 1))
        {
            throw new ShapeException($"The block halves each axis, which needs two elements or more, but got {Shapes.Format(sizes)}.");
        }

        return OverTime ? functional.avg_pool3d(x, [2, 2, 2]) : functional.avg_pool2d(x, [2, 2]);
    }
}
