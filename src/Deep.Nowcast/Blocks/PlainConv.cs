using Deep.Nn;
using Deep.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

/// <summary>A convolution of stride 1 that keeps the size: those of the latent stack, which are not spectrally normalised.</summary>
/// <remarks>Names: <c>weight</c> [O, C, k, k] and, where there is one, <c>bias</c> [O]. O may be 0: a layer that is only kept.</remarks>
public sealed class PlainConv : Module<Tensor, Tensor>
{
    internal PlainConv(int inputChannels, int outputChannels, int kernel, bool hasBias, Device? device)
        : base(nameof(PlainConv))
    {
        (InputChannels, OutputChannels, Kernel, HasBias) = (inputChannels, outputChannels, kernel, hasBias);
        var used = outputChannels > 0;
        register_parameter("weight", ModuleParameter.Of(empty(outputChannels, inputChannels, kernel, kernel, device: device), requiresGrad: used));
        if (hasBias)
        {
            register_parameter("bias", ModuleParameter.Of(empty(outputChannels, device: device), requiresGrad: used));
        }
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>O.</summary>
    public int OutputChannels { get; }

    /// <summary>k, 1 or 3.</summary>
    public int Kernel { get; }

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; }

    /// <summary>The weight [O, C, k, k].</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>The bias of each output channel [O], or null.</summary>
    public Parameter? Bias => HasBias ? get_parameter("bias") : null;

    /// <summary>Convolves.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, O, H, W]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels.</exception>
    public override Tensor forward(Tensor x)
    {
        Shapes.Require(x, [Shapes.Any, InputChannels, Shapes.Any, Shapes.Any], "[N, C, H, W]");
        return Convolution.Apply(x, Weight, Bias);
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
