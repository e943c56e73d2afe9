using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

/// <summary>A non-linearity resolved for a depth: y = OutputScale * f(x).</summary>
/// <remarks>Safe for concurrent use until it is disposed.</remarks>
public sealed class MlpNonlinearity : IDisposable
{
    private readonly MlpActivationKind kind;
    private readonly Scalar slope;
    private readonly ShapedActivation? shaped;

    /// <summary>Resolves an activation.</summary>
    /// <param name="activation">The kind and its targets.</param>
    /// <param name="topology">How the network's activations follow each other, which a tailored one depends on.</param>
    /// <exception cref="ConfigurationException">The target cannot be reached in this network.</exception>
    public MlpNonlinearity(MlpActivation activation, NetworkTopology topology)
    {
        ArgumentNullException.ThrowIfNull(activation);
        ArgumentNullException.ThrowIfNull(topology);
        activation.Validate();
        kind = activation.Kind;
        NegativeSlope = activation.NegativeSlope;
        switch (kind)
        {
            case MlpActivationKind.TailoredLeakyRelu:
                var tailored = TailoredLeakyRelu.For(topology, activation.Eta);
                (NegativeSlope, OutputScale) = (tailored.NegativeSlope, tailored.OutputScale);
                break;
            case MlpActivationKind.DeepKernelShaping:
                shaped = ShapedActivation.Dks(activation.Shape, topology, activation.Target ?? 1.5);
                break;
            case MlpActivationKind.TailoredSmooth:
                shaped = ShapedActivation.Tat(activation.Shape, topology, activation.Target ?? 0.3);
                break;
        }

        slope = NegativeSlope;
    }

    /// <summary>The slope below 0 of the leaky ReLUs.</summary>
    public double NegativeSlope { get; }

    /// <summary>The factor behind f. A shaped activation has its factor inside.</summary>
    public double OutputScale { get; } = 1;

    /// <summary>OutputScale * f(x).</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of <paramref name="x"/>. The caller disposes it.</returns>
    public Tensor Apply(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = NewDisposeScope();
        var activated = WithoutScale(x);
        return (OutputScale == 1 ? activated : activated.Times(OutputScale)).MoveToOuterDisposeScope();
    }

    internal Tensor WithoutScale(Tensor x) => kind switch
    {
        MlpActivationKind.LeakyRelu when NegativeSlope == 0 => functional.relu(x),
        MlpActivationKind.LeakyRelu or MlpActivationKind.TailoredLeakyRelu => x.leaky_relu(slope),
        MlpActivationKind.Gelu => functional.gelu(x),
        MlpActivationKind.GeluTanh => GeluTanh(x),
        MlpActivationKind.Silu => functional.silu(x),
        MlpActivationKind.Tanh => x.tanh(),
        _ => shaped!.Apply(x),
    };

    /// <inheritdoc/>
    public void Dispose() => slope.Dispose();

    // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
    private static Tensor GeluTanh(Tensor x)
    {
        var root = Math.Sqrt(2 / Math.PI);
        var polynomial = x.mul(x).Times(0.044715 * root).Plus(root);
        return x.Times(0.5).mul(x.mul(polynomial).tanh().Plus(1));
    }
}
