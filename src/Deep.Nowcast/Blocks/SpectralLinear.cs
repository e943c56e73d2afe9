using Deep.Nn;
using Deep.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

/// <summary>A linear layer to one number, with a spectrally normalised weight.</summary>
/// <remarks>Names: <c>bias</c> [1], <c>parametrizations.weight.original</c> [1, C], and its vectors.</remarks>
public sealed class SpectralLinear : Module<Tensor, Tensor>
{
    internal SpectralLinear(int inputs, double epsilon, Device? device)
        : base(nameof(SpectralLinear))
    {
        Inputs = inputs;
        register_parameter("bias", ModuleParameter.Of(empty(1, device: device)));
        Norm = new SpectralNorm([1, inputs], epsilon, device, used: true);
        register_module("parametrizations", new Parametrizations(Norm));
    }

    /// <summary>C.</summary>
    public int Inputs { get; }

    /// <summary>The weight and its largest singular value.</summary>
    public SpectralNorm Norm { get; }

    /// <summary>The bias [1].</summary>
    public Parameter Bias => get_parameter("bias")!;

    /// <summary>One number for each row.</summary>
    /// <param name="x">[N, C].</param>
    /// <returns>[N, 1]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have C channels.</exception>
    public override Tensor forward(Tensor x)
    {
        Shapes.Require(x, [Shapes.Any, Inputs], "[N, C]");
        using var scope = NewDisposeScope();
        return functional.linear(x, Norm.Weight().to(x.dtype), Bias.to(x.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
