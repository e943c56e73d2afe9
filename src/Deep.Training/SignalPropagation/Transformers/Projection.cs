using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// ... any axes, I input and O output features

/// <summary>A linear layer, plain or reparameterised around a fixed matrix (2311.01906, equation 6).</summary>
/// <remarks>
/// Plain: y = x W' + b. With a skip: y = x (r W + s S)' + b for a square W that starts at 0, gains r and s, and a fixed S, the identity
/// or a random orthogonal matrix that is a buffer of the state dict. Parameters: weight [O, I], bias [O], residual_gain [1], skip_gain [1].
/// </remarks>
public sealed class Projection : Module<Tensor, Tensor>
{
    private readonly Gain residual;
    private readonly Gain skip;

    /// <summary>A layer whose plain weight is not yet drawn.</summary>
    /// <param name="inputs">I.</param>
    /// <param name="outputs">O; equal to I in the forms with a skip.</param>
    /// <param name="form">Plain or with a skip; null: plain.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <exception cref="ConfigurationException">The form is the identity, which is no layer, or has a skip and is not square.</exception>
    public Projection(int inputs, int outputs, ProjectionConfig? form = null, bool hasBias = false, Device? device = null)
        : base(nameof(Projection))
    {
        form ??= ProjectionConfig.Linear;
        Kind = form.Kind;
        HasSkip = Kind is ProjectionKind.IdentitySkip or ProjectionKind.OrthogonalSkip;
        ConfigurationRequirement.That(
            Kind != ProjectionKind.Identity, nameof(Projection), nameof(Kind), "a kind with a matrix", Kind);
        ConfigurationRequirement.That(
            !HasSkip || inputs == outputs, nameof(Projection), nameof(outputs), $"the {inputs} inputs, as there is a skip", outputs);
        (residual, skip) = (form.ResidualGain ?? Gain.One, form.SkipGain ?? Gain.One);
        register_parameter("weight", ModuleParameter.Of(zeros(outputs, inputs, device: device)));
        Gains.Register(this, "bias", hasBias ? Gain.Learned(0) : null, [outputs], device);
        if (HasSkip)
        {
            Gains.Register(this, "residual_gain", residual, [1], device);
            Gains.Register(this, "skip_gain", skip, [1], device);
            register_buffer("skip_matrix", eye(inputs, device: device), Kind == ProjectionKind.OrthogonalSkip);
        }
    }

    /// <summary>Which form.</summary>
    public ProjectionKind Kind { get; }

    /// <summary>Whether there is a fixed matrix beside the trained one.</summary>
    public bool HasSkip { get; }

    /// <summary>W [O, I].</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>b [O], or null.</summary>
    public Parameter? Bias => get_parameter("bias");

    /// <summary>S [I, I], or null.</summary>
    public Tensor? SkipMatrix => HasSkip ? get_buffer("skip_matrix") : null;

    /// <summary>Multiplies.</summary>
    /// <param name="x">[..., I].</param>
    /// <returns>[..., O]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x) => Multiply(x, 1);

    /// <summary>The product where the input lacks a constant factor, which is multiplied into whichever side is smaller.</summary>
    internal Tensor Multiply(Tensor x, double factor)
    {
        if (!HasSkip && factor == 1)
        {
            return functional.linear(x, Weight, Bias);
        }

        using var scope = NewDisposeScope();
        Tensor weight = Weight;
        if (HasSkip)
        {
            weight = Gains.Plus(Gains.Times(SkipMatrix!, skip, get_parameter("skip_gain")), Weight, residual, get_parameter("residual_gain"));
        }

        if (factor != 1)
        {
            (x, weight) = x.numel() < weight.numel() ? (x.Times(factor), weight) : (x, weight.Times(factor));
        }

        return functional.linear(x, weight, Bias).MoveToOuterDisposeScope();
    }

    internal static Projection? Of(ProjectionConfig form, int features, bool hasBias, Device? device) =>
        form.Kind == ProjectionKind.Identity ? null : new(features, features, form, hasBias, device);

    /// <summary>Nothing: every parameter has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
