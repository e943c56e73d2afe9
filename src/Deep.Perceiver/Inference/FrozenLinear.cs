using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>A linear layer with packed weights whose result, where it joins a residual sum, is in 32-bit floats.</summary>
internal sealed class FrozenLinear : IDisposable
{
    private readonly PackedLinear packed;

    /// <param name="weight">[O, I].</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="precision">The dtype of weights and inputs.</param>
    /// <param name="activation">Applied to the result.</param>
    public FrozenLinear(Tensor weight, Tensor? bias, Precision precision, FusedActivation activation = FusedActivation.None)
    {
        var type = precision.ToScalarType();
        using var scope = NewDisposeScope();
        packed = new PackedLinear(weight.detach().to(type), bias?.detach().to(type), activation, precision);
    }

    /// <param name="linear">The trained layer.</param>
    /// <param name="precision">The dtype of weights and inputs.</param>
    /// <param name="activation">Applied to the result.</param>
    public FrozenLinear(Linear linear, Precision precision, FusedActivation activation = FusedActivation.None)
        : this(linear.weight!, linear.bias, precision, activation)
    {
    }

    /// <summary>activation(x W' + b).</summary>
    /// <param name="x">[..., I] in the layer's precision.</param>
    /// <returns>[..., O] in the layer's precision. The caller disposes it.</returns>
    public Tensor Forward(Tensor x) => packed.Forward(x);

    /// <summary>sum + x W' + b.</summary>
    /// <param name="x">[..., I] in the layer's precision.</param>
    /// <param name="sum">[..., O] in 32-bit floats; not changed.</param>
    /// <returns>[..., O] in 32-bit floats. The caller disposes it.</returns>
    public Tensor ForwardPlus(Tensor x, Tensor sum)
    {
        if (packed.Precision == Precision.Float32)
        {
            return packed.ForwardPlus(x, sum);
        }

        using var output = packed.Forward(x);
        return sum.Plus(output);
    }

    public void Dispose() => packed.Dispose();
}
