using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

/// <summary>
/// A fully connected layer over pooled channels whose weight has the shape of a 1 x 1 convolution, as published.
/// </summary>
public sealed class Pointwise : Module<Tensor, Tensor>
{
    /// <summary>A layer with uninitialised parameters: the network initialises or loads them.</summary>
    /// <param name="inputs">Input channels, I.</param>
    /// <param name="outputs">Output channels, O.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public Pointwise(int inputs, int outputs, Device? device = null)
        : base(nameof(Pointwise))
    {
        register_parameter("weight", ModuleParameter.Of(empty(outputs, inputs, 1, 1, device: device)));
        register_parameter("bias", ModuleParameter.Of(empty(outputs, device: device)));
    }

    /// <summary>[O, I, 1, 1].</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>[O].</summary>
    public Parameter Bias => get_parameter("bias")!;

    /// <summary>Multiplies and adds.</summary>
    /// <param name="x">[N, I].</param>
    /// <returns>[N, O]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var weight = Weight.flatten(1);
        return functional.linear(x, weight, Bias);
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
