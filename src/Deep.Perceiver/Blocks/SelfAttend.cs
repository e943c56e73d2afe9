using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, N latents, D channels

/// <summary>A layer of the latent transformer: x + Attention(LN(x)), then + MLP(LN) (Perceiver, section 3.1).</summary>
/// <remarks>Children: norm, attention, and mlp_norm and mlp where there is an MLP.</remarks>
public sealed class SelfAttend : Module<Tensor, Tensor>
{
    /// <summary>A layer.</summary>
    /// <param name="channels">D.</param>
    /// <param name="config">Heads, widths and MLP.</param>
    /// <param name="gelu">Which GELU.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public SelfAttend(int channels, AttentionConfig config, GeluForm gelu = GeluForm.Tanh, Device? device = null)
        : base(nameof(SelfAttend))
    {
        ArgumentNullException.ThrowIfNull(config);
        Norm = LayerNorm(channels, device: device);
        Attention = new PerceiverAttention(channels, channels, config, device: device);
        register_module("norm", Norm);
        register_module("attention", Attention);
        if (config.Mlp)
        {
            MlpNorm = LayerNorm(channels, device: device);
            Mlp = new PerceiverMlp(channels, config.Widening, config.GatedMlp, gelu, device);
            register_module("mlp_norm", MlpNorm);
            register_module("mlp", Mlp);
        }
    }

    /// <summary>Normalizes what enters attention.</summary>
    public LayerNorm Norm { get; }

    /// <summary>The attention.</summary>
    public PerceiverAttention Attention { get; }

    /// <summary>Normalizes what enters the MLP; null where there is none.</summary>
    public LayerNorm? MlpNorm { get; }

    /// <summary>The MLP; null where there is none.</summary>
    public PerceiverMlp? Mlp { get; }

    /// <summary>The layer.</summary>
    /// <param name="x">[B, N, D].</param>
    /// <returns>[B, N, D]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x) => forward(x, null);

    /// <summary>The layer, with its attention map.</summary>
    /// <param name="x">[B, N, D].</param>
    /// <param name="map">Takes the attention map [B, H, N, N], which its owner disposes; null: none is made.</param>
    /// <returns>[B, N, D]. The caller disposes it.</returns>
    public Tensor forward(Tensor x, Action<Tensor>? map)
    {
        using var scope = NewDisposeScope();
        var normalized = Norm.call(x);
        var sum = x.Plus(Attention.Attend(normalized, normalized, null, null, map));
        sum = Mlp is null ? sum : sum.Plus(Mlp.call(MlpNorm!.call(sum)));
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
