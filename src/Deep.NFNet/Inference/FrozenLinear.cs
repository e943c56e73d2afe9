using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>A fully connected layer with frozen weights.</summary>
internal sealed class FrozenLinear : IDisposable
{
    private readonly Tensor weight;
    private readonly Tensor? bias;

    /// <param name="weight">[O, I].</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="precision">The dtype to compute in.</param>
    public FrozenLinear(Tensor weight, Tensor? bias, Precision precision)
    {
        var type = precision.ToScalarType();
        this.weight = weight.detach().to(type, copy: true).DetachFromDisposeScope();
        this.bias = bias?.detach().to(type, copy: true).DetachFromDisposeScope();
    }

    /// <summary>x * weight' + bias.</summary>
    /// <param name="x">[N, I].</param>
    /// <returns>[N, O]. The caller disposes it.</returns>
    public Tensor Forward(Tensor x) => nn.functional.linear(x, weight, bias);

    public void Dispose()
    {
        weight.Dispose();
        bias?.Dispose();
    }
}
