using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// ... any axes, F features

/// <summary>A block's MLP: up, non-linearity, down, and in SimplEsT-ViT's form the non-linearity once more.</summary>
/// <remarks>
/// The output scale of a tailored activation is multiplied into the second layer, on the smaller of its two sides. Children: up, down.
/// </remarks>
public sealed class FeedForward : Module<Tensor, Tensor>
{
    private readonly bool activatesOutput;

    internal FeedForward(VanillaTransformerConfig config, Device? device)
        : base(nameof(FeedForward))
    {
        activatesOutput = config.Block.ActivateMlpOutput;
        Nonlinearity = new(config.Block.Activation, config.Topology);
        Up = new(config.Width, config.HiddenWidth, hasBias: config.Block.MlpBias, device: device);
        Down = new(config.HiddenWidth, config.Width, hasBias: config.Block.MlpBias, device: device);
        register_module("up", Up);
        register_module("down", Down);
    }

    /// <summary>The first layer.</summary>
    public Projection Up { get; }

    /// <summary>The second layer.</summary>
    public Projection Down { get; }

    /// <summary>The non-linearity, resolved for the depth.</summary>
    public MlpNonlinearity Nonlinearity { get; }

    /// <summary>Applies the MLP to each position.</summary>
    /// <param name="x">[..., F].</param>
    /// <returns>[..., F]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = Nonlinearity.WithoutScale(Up.call(x));
        var output = Down.Multiply(hidden, Nonlinearity.OutputScale);
        return (activatesOutput ? Nonlinearity.Apply(output) : output).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the parameters and the numbers of the non-linearity.</summary>
    /// <param name="disposing">False from a finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Nonlinearity.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Nothing: every child has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
