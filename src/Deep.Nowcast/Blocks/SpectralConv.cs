using Deep.Nn;
using Deep.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// N batch, T time, C channels, H x W pixels, O output channels, k kernel side

/// <summary>A convolution of stride 1 that keeps the size, with a spectrally normalised weight.</summary>
/// <remarks>Names: <c>bias</c> [O], <c>parametrizations.weight.original</c> [O, C, k, k] or [O, C, k, k, k], and its vectors.</remarks>
public sealed class SpectralConv : Module<Tensor, Tensor>
{
    /// <summary>A convolution whose weights are not initialised.</summary>
    /// <param name="inputChannels">C.</param>
    /// <param name="outputChannels">O.</param>
    /// <param name="kernel">k, 1 or 3.</param>
    /// <param name="epsilon">The smallest norm that spectral normalisation divides by.</param>
    /// <param name="overTime">True: the kernel spans time too.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <param name="used">False: a weight that is only kept, without gradient.</param>
    internal SpectralConv(int inputChannels, int outputChannels, int kernel, double epsilon = 1e-12, bool overTime = false,
        Device? device = null, bool used = true)
        : base(nameof(SpectralConv))
    {
        (InputChannels, OutputChannels, Kernel, OverTime) = (inputChannels, outputChannels, kernel, overTime);
        register_parameter("bias", ModuleParameter.Of(empty(outputChannels, device: device), requiresGrad: used));
        Norm = new SpectralNorm(overTime
            ? [outputChannels, inputChannels, kernel, kernel, kernel]
            : [outputChannels, inputChannels, kernel, kernel], epsilon, device, used);
        register_module("parametrizations", new Parametrizations(Norm));
    }

    /// <summary>C.</summary>
    public int InputChannels { get; }

    /// <summary>O.</summary>
    public int OutputChannels { get; }

    /// <summary>k, 1 or 3.</summary>
    public int Kernel { get; }

    /// <summary>Whether the kernel spans time too.</summary>
    public bool OverTime { get; }

    /// <summary>The weight and its largest singular value.</summary>
    public SpectralNorm Norm { get; }

    /// <summary>The bias of each output channel [O].</summary>
    public Parameter Bias => get_parameter("bias")!;

    /// <summary>What the convolution multiplies with, after one power iteration in training mode.</summary>
    /// <returns>[O, C, k, k] or [O, C, k, k, k], differentiable. The caller disposes it.</returns>
    public Tensor Weight() => Norm.Weight();

    /// <summary>Convolves.</summary>
    /// <param name="x">[N, C, H, W], or [N, C, T, H, W] where the kernel spans time.</param>
    /// <returns>The same size with O channels. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels.</exception>
    public override Tensor forward(Tensor x)
    {
        if (OverTime)
        {
            Shapes.Require(x, [Shapes.Any, InputChannels, Shapes.Any, Shapes.Any, Shapes.Any], "[N, C, T, H, W]");
        }
        else
        {
            Shapes.Require(x, [Shapes.Any, InputChannels, Shapes.Any, Shapes.Any], "[N, C, H, W]");
        }

        using var weight = Weight();
        return Convolution.Apply(x, weight, Bias);
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
