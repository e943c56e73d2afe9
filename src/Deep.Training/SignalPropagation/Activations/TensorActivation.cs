using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>Each activation on tensors, with gradient.</summary>
internal static class TensorActivation
{
    public static Tensor Apply(ActivationKind kind, Tensor x, double negativeSlope) => kind switch
    {
        ActivationKind.Tanh => x.tanh(),
        ActivationKind.Sigmoid => x.sigmoid(),
        ActivationKind.Erf => x.erf(),
        ActivationKind.Relu => x.relu(),
        ActivationKind.Softplus => Softplus(x),
        ActivationKind.Selu => nn.functional.selu(x),
        ActivationKind.Elu => Elu(x),
        ActivationKind.Swish => nn.functional.silu(x),
        ActivationKind.BentIdentity => x.mul(x).PlusInPlace(1).sqrt().Plus(-1).Times(0.5).Plus(x),
        ActivationKind.Atan => x.atan(),
        ActivationKind.Asinh => x.asinh(),
        ActivationKind.Square => x.mul(x),
        ActivationKind.Softsign => x.div(x.abs().Plus(1)),
        ActivationKind.LeakyRelu => Leaky(x, negativeSlope),
        ActivationKind.Gelu => nn.functional.gelu(x, GELU.Approximate.tanh),
        ActivationKind.GeluExact => nn.functional.gelu(x),
        ActivationKind.Sin => x.sin(),
        ActivationKind.Cos => x.cos(),
        _ => throw new ConfigurationException(nameof(ActivationKind), "a known activation", kind),
    };

    // log(e^x + e^0): PyTorch's own softplus is x itself above a threshold.
    private static Tensor Softplus(Tensor x) => x.logaddexp(zeros([], x.dtype, x.device));

    private static Tensor Elu(Tensor x)
    {
        using Scalar one = 1.0;
        return x.elu(one, one, one);
    }

    private static Tensor Leaky(Tensor x, double slope)
    {
        using Scalar held = slope;
        return x.leaky_relu(held);
    }
}
