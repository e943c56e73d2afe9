using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, Q queries, M rows of the context

/// <summary>
/// The cross-attend of encoder and decoder: [q +] Attention(LN(q), LN(context)), then + MLP(LN) (Perceiver IO, section E).
/// </summary>
/// <remarks>Children: query_norm, context_norm, attention, and mlp_norm and mlp where there is an MLP.</remarks>
public sealed class CrossAttend : Module<Tensor, Tensor, Tensor>
{
    /// <summary>A cross-attend.</summary>
    /// <param name="queryChannels">Channels of the query.</param>
    /// <param name="contextChannels">Channels of the context.</param>
    /// <param name="config">Heads, widths and MLP.</param>
    /// <param name="useQueryResidual">True: the query is added to what attention gives.</param>
    /// <param name="gelu">Which GELU.</param>
    /// <param name="maskedRows">What a query attends to when a mask hides everything.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public CrossAttend(
        int queryChannels,
        int contextChannels,
        AttentionConfig config,
        bool useQueryResidual = true,
        GeluForm gelu = GeluForm.Tanh,
        MaskedRows maskedRows = MaskedRows.Zero,
        Device? device = null)
        : base(nameof(CrossAttend))
    {
        ArgumentNullException.ThrowIfNull(config);
        UseQueryResidual = useQueryResidual;
        QueryNorm = LayerNorm(queryChannels, device: device);
        ContextNorm = LayerNorm(contextChannels, device: device);
        Attention = new PerceiverAttention(queryChannels, contextChannels, config, maskedRows, device);
        register_module("query_norm", QueryNorm);
        register_module("context_norm", ContextNorm);
        register_module("attention", Attention);
        if (config.Mlp)
        {
            MlpNorm = LayerNorm(queryChannels, device: device);
            Mlp = new PerceiverMlp(queryChannels, config.Widening, config.GatedMlp, gelu, device);
            register_module("mlp_norm", MlpNorm);
            register_module("mlp", Mlp);
        }
    }

    /// <summary>True where the query is added to what attention gives.</summary>
    public bool UseQueryResidual { get; }

    /// <summary>Normalizes the query.</summary>
    public LayerNorm QueryNorm { get; }

    /// <summary>Normalizes the context.</summary>
    public LayerNorm ContextNorm { get; }

    /// <summary>The attention.</summary>
    public PerceiverAttention Attention { get; }

    /// <summary>Normalizes what enters the MLP; null where there is none.</summary>
    public LayerNorm? MlpNorm { get; }

    /// <summary>The MLP; null where there is none.</summary>
    public PerceiverMlp? Mlp { get; }

    /// <summary>The cross-attend without masks.</summary>
    /// <param name="query">[B or 1, Q, channels].</param>
    /// <param name="context">[B, M, channels].</param>
    /// <returns>[B, Q, query's channels]. The caller disposes it.</returns>
    public override Tensor forward(Tensor query, Tensor context) => forward(query, context, null);

    /// <summary>The cross-attend.</summary>
    /// <param name="query">[B or 1, Q, channels].</param>
    /// <param name="context">[B, M, channels].</param>
    /// <param name="mask">[B, M] of bool, true where a row of the context may be attended to; null: all.</param>
    /// <param name="queryMask">[B, Q] of bool, false where a query attends to nothing; null: none.</param>
    /// <param name="map">Takes the attention map [B, H, Q, M], which its owner disposes; null: none is made.</param>
    /// <returns>[B, Q, query's channels]. The caller disposes it.</returns>
    public Tensor forward(Tensor query, Tensor context, Tensor? mask, Tensor? queryMask = null, Action<Tensor>? map = null)
    {
        using var scope = NewDisposeScope();
        var x = Attention.Attend(QueryNorm.call(query), ContextNorm.call(context), mask, queryMask, map);
        x = UseQueryResidual ? query.Plus(x) : x;
        x = Mlp is null ? x : x.Plus(Mlp.call(MlpNorm!.call(x)));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
