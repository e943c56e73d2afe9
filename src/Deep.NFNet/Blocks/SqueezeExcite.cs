using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels

/// <summary>Squeeze and excitation (1709.01507) as the released NFNets have it.</summary>
/// <remarks>
/// The paper's appendix C writes a GELU between the layers; DeepMind's code and weights have a plain, unscaled ReLU.
/// Children: fc1, fc2.
/// </remarks>
public sealed class SqueezeExcite : Module<Tensor, Tensor>
{
    /// <summary>Attention over <paramref name="channels"/>.</summary>
    /// <param name="channels">C.</param>
    /// <param name="hidden">Width between the two layers.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public SqueezeExcite(int channels, int hidden, Device? device = null)
        : base(nameof(SqueezeExcite))
    {
        Reduce = new Pointwise(channels, hidden, device);
        Expand = new Pointwise(hidden, channels, device);
        register_module("fc1", Reduce);
        register_module("fc2", Expand);
    }

    /// <summary>The first layer, C to hidden.</summary>
    public Pointwise Reduce { get; }

    /// <summary>The second layer, hidden to C.</summary>
    public Pointwise Expand { get; }

    /// <summary>The gate of each channel.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, C, 1, 1], each in (0, 1), dtype of the weights. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = functional.relu(Reduce.call(x.mean([2, 3]).to(Reduce.Weight.dtype)));
        return torch.sigmoid(Expand.call(hidden)).unsqueeze(-1).unsqueeze(-1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
