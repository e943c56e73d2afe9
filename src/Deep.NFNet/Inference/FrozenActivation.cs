using Deep.Nn;
using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>An activation without its gain, which the next layer's weights carry.</summary>
internal sealed class FrozenActivation(Activation activation, Numerics numerics)
{
    /// <summary>The form that a convolution or a residual join applies itself; none where it has no such form.</summary>
    public FusedActivation Fused { get; } = activation switch
    {
        Activation.Gelu => numerics == Numerics.DeepMind ? FusedActivation.GeluTanh : FusedActivation.Gelu,
        Activation.Relu => FusedActivation.Relu,
        Activation.Silu => FusedActivation.Silu,
        Activation.Sigmoid => FusedActivation.Sigmoid,
        Activation.Tanh => FusedActivation.Tanh,
        _ => FusedActivation.None,
    };

    /// <summary>Whether it is applied by what stands before it.</summary>
    public bool IsFusable => Fused != FusedActivation.None || activation == Activation.Identity;

    /// <summary>activation(x).</summary>
    /// <returns>A new tensor, also for the identity. The caller disposes it.</returns>
    public Tensor Apply(Tensor x) => activation.Apply(x, numerics);

    /// <summary>What is left of the activation after a step that applies <see cref="Fused"/>: nothing, or all. Takes <paramref name="x"/> over.</summary>
    public Tensor Finish(Tensor x)
    {
        if (IsFusable)
        {
            return x;
        }

        using (x)
        {
            return Apply(x);
        }
    }
}
