using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, T rows, C channels, W widening

/// <summary>Two linear layers with GELU between them (Perceiver, section C). Children: expand, contract.</summary>
public sealed class PerceiverMlp : Module<Tensor, Tensor>
{
    /// <summary>An MLP.</summary>
    /// <param name="channels">C.</param>
    /// <param name="widening">W, hidden channels as a multiple of C.</param>
    /// <param name="gated">True: the hidden layer is x * GELU(gate), of two linear layers in one.</param>
    /// <param name="gelu">Which GELU.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public PerceiverMlp(int channels, int widening = 1, bool gated = false, GeluForm gelu = GeluForm.Tanh, Device? device = null)
        : base(nameof(PerceiverMlp))
    {
        (Gated, Gelu) = (gated, gelu);
        Expand = Linear(channels, widening * channels * (gated ? 2 : 1), device: device);
        Contract = Linear(widening * channels, channels, device: device);
        register_module("expand", Expand);
        register_module("contract", Contract);
    }

    /// <summary>C to W C; to 2 W C where gated, values first and gates second.</summary>
    public Linear Expand { get; }

    /// <summary>W C to C.</summary>
    public Linear Contract { get; }

    /// <summary>True where the hidden layer is gated.</summary>
    public bool Gated { get; }

    /// <summary>Which GELU.</summary>
    public GeluForm Gelu { get; }

    /// <summary>The MLP of each row.</summary>
    /// <param name="x">[B, T, C].</param>
    /// <returns>[B, T, C]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = Expand.call(x);
        if (Gated)
        {
            var halves = hidden.chunk(2, -1);
            hidden = halves[0].mul(Activate(halves[1]));
        }
        else
        {
            hidden = Activate(hidden);
        }

        return Contract.call(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }

    private Tensor Activate(Tensor x) => Gelu == GeluForm.Tanh
        ? functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh)
        : functional.gelu(x);
}
