using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// ... any axes, F features

/// <summary>Layer or RMS normalisation of the features, with a weight for each (and, for layer normalisation, a bias).</summary>
/// <remarks>RMS normalisation is w x / (rms(x) + epsilon) as in 1910.07467's own code, with epsilon outside the root.</remarks>
public sealed class Normalization : Module<Tensor, Tensor>
{
    private readonly long[] shape;
    private readonly double rootOfWidth;

    /// <summary>Weights of 1 and biases of 0.</summary>
    /// <param name="kind">Layer or RMS normalisation.</param>
    /// <param name="features">F.</param>
    /// <param name="epsilon">The guard against a division by 0.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <exception cref="ConfigurationException">The kind is none.</exception>
    public Normalization(NormKind kind, int features, double epsilon, Device? device = null)
        : base(nameof(Normalization))
    {
        ConfigurationRequirement.That(
            kind is NormKind.LayerNorm or NormKind.RmsNorm, nameof(Normalization), nameof(kind), "LayerNorm or RmsNorm", kind);
        (Kind, Epsilon, shape, rootOfWidth) = (kind, epsilon, [features], Math.Sqrt(features));
        register_parameter("weight", ModuleParameter.Of(ones(features, device: device)));
        if (kind == NormKind.LayerNorm)
        {
            register_parameter("bias", ModuleParameter.Of(zeros(features, device: device)));
        }
    }

    /// <summary>Which normalisation.</summary>
    public NormKind Kind { get; }

    /// <summary>The guard against a division by 0.</summary>
    public double Epsilon { get; }

    /// <summary>The factor of each feature [F].</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>The summand of each feature [F]; null for RMS normalisation.</summary>
    public Parameter? Bias => Kind == NormKind.LayerNorm ? get_parameter("bias") : null;

    /// <summary>Normalises.</summary>
    /// <param name="x">[..., F].</param>
    /// <returns>[..., F]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        if (Kind == NormKind.LayerNorm)
        {
            return functional.layer_norm(x, shape, Weight, Bias, Epsilon);
        }

        // x / (|x| / sqrt(F) + eps) = sqrt(F) x / (|x| + sqrt(F) eps): the long operations are the norm, the quotient and the product.
        using var scope = NewDisposeScope();
        var norm = x.norm(-1, keepdim: true, p: 2).Plus(rootOfWidth * Epsilon);
        return x.div(norm).mul(Weight.Times(rootOfWidth)).MoveToOuterDisposeScope();
    }

    internal static Normalization? Of(NormKind kind, int features, double epsilon, Device? device) =>
        kind == NormKind.None ? null : new(kind, features, epsilon, device);

    /// <summary>Nothing: every parameter has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
