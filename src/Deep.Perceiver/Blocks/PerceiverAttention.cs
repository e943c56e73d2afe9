using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, Q queries, M keys, H heads

/// <summary>Multi-head attention with its own widths of queries and keys, and of values (Perceiver IO, equations 1-2).</summary>
/// <remarks>
/// softmax(q kᵀ / sqrt(width / H)) v, projected. The one attention of this package: self-attention is attention with itself
/// as context. Children: query, key, value, output.
/// </remarks>
public sealed class PerceiverAttention : Module<Tensor, Tensor, Tensor>
{
    private readonly MaskedRows maskedRows;

    /// <summary>Attention from rows of one width to rows of another.</summary>
    /// <param name="queryChannels">Channels of the query's rows; the result has as many.</param>
    /// <param name="contextChannels">Channels of the context's rows.</param>
    /// <param name="config">Heads, widths and biases.</param>
    /// <param name="maskedRows">What a query attends to when a mask hides everything.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <exception cref="ConfigurationException">The heads do not divide the widths.</exception>
    public PerceiverAttention(int queryChannels, int contextChannels, AttentionConfig config, MaskedRows maskedRows = MaskedRows.Zero, Device? device = null)
        : base(nameof(PerceiverAttention))
    {
        ArgumentNullException.ThrowIfNull(config);
        this.maskedRows = maskedRows;
        (QueryKeyWidth, ValueWidth) = config.Widths(queryChannels, contextChannels, nameof(AttentionConfig));
        Heads = config.Heads;
        Query = Linear(queryChannels, QueryKeyWidth, config.ProjectionBias, device);
        Key = Linear(contextChannels, QueryKeyWidth, config.ProjectionBias, device);
        Value = Linear(contextChannels, ValueWidth, config.ProjectionBias, device);
        Output = Linear(ValueWidth, queryChannels, device: device);
        register_module("query", Query);
        register_module("key", Key);
        register_module("value", Value);
        register_module("output", Output);
    }

    /// <summary>H.</summary>
    public int Heads { get; }

    /// <summary>Channels of queries and keys over all heads.</summary>
    public int QueryKeyWidth { get; }

    /// <summary>Channels of values over all heads.</summary>
    public int ValueWidth { get; }

    /// <summary>The projection of queries.</summary>
    public Linear Query { get; }

    /// <summary>The projection of keys.</summary>
    public Linear Key { get; }

    /// <summary>The projection of values.</summary>
    public Linear Value { get; }

    /// <summary>The projection of the heads' results.</summary>
    public Linear Output { get; }

    /// <summary>Attention without masks.</summary>
    /// <param name="query">[B, Q, channels], normalized.</param>
    /// <param name="context">[B, M, channels], normalized.</param>
    /// <returns>[B, Q, query's channels]. The caller disposes it.</returns>
    public override Tensor forward(Tensor query, Tensor context) => Attend(query, context, null, null, null);

    /// <summary>Attention.</summary>
    /// <param name="query">[B or 1, Q, channels], normalized.</param>
    /// <param name="context">[B, M, channels], normalized.</param>
    /// <param name="keyMask">[B, M] of bool, true where a key may be attended to; null: all.</param>
    /// <param name="queryMask">
    /// [B, Q] of bool, false where a query attends to nothing; null: none. Without effect under <see cref="MaskedRows.Uniform"/>.
    /// </param>
    /// <param name="map">Takes the attention map [B, H, Q, M], which its owner disposes; null: no map is made, which is faster.</param>
    /// <returns>[B, Q, query's channels]. The caller disposes it.</returns>
    public Tensor Attend(Tensor query, Tensor context, Tensor? keyMask, Tensor? queryMask, Action<Tensor>? map)
    {
        using var scope = NewDisposeScope();
        var batch = Math.Max(query.shape[0], context.shape[0]);
        var q = Split(Query.call(query)).expand(batch, -1, -1, -1);
        var k = Split(Key.call(context)).expand(batch, -1, -1, -1);
        var v = Split(Value.call(context)).expand(batch, -1, -1, -1);
        var (shown, attends) = Masks(keyMask, queryMask);
        q = attends is null || maskedRows == MaskedRows.Zero ? q : q.mul(attends); // a query of zeros attends to all keys alike
        var heads = map is null && QueryKeyWidth == ValueWidth
            ? functional.scaled_dot_product_attention(q, k, v, shown)
            : Plain(q, k, v, shown, map);
        heads = attends is null || maskedRows == MaskedRows.Uniform ? heads : heads.mul(attends);
        return Output.call(heads.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }

    private static Tensor Plain(Tensor q, Tensor k, Tensor v, Tensor? shown, Action<Tensor>? map)
    {
        var scores = GuardedMatMul.MatMul(q.Times(1 / Math.Sqrt(q.shape[^1])), k.transpose(-2, -1));
        if (shown is not null)
        {
            using Scalar hidden = double.NegativeInfinity;
            scores = scores.masked_fill(shown.bitwise_not(), hidden);
        }

        var weights = scores.softmax(-1);
        map?.Invoke(weights.alias().DetachFromDisposeScope());
        return GuardedMatMul.MatMul(weights, v);
    }

    // Where every key is hidden, softmax has nothing to normalize: there all are shown, and what attends to nothing is told apart.
    private (Tensor? Shown, Tensor? Attends) Masks(Tensor? keyMask, Tensor? queryMask)
    {
        var any = keyMask?.any(1, keepdim: true);
        var shown = keyMask?.bitwise_or(any!.bitwise_not()).unsqueeze(1).unsqueeze(1);
        var attends = any?.unsqueeze(-1).unsqueeze(-1); // [B, 1, 1, 1]
        if (queryMask is not null && maskedRows == MaskedRows.Zero)
        {
            var rows = queryMask.unsqueeze(1).unsqueeze(-1); // [B, 1, Q, 1]
            attends = attends?.bitwise_and(rows) ?? rows;
        }

        return (shown, attends?.to(Query.weight!.dtype));
    }

    // [B, T, H * width] to [B, H, T, width].
    private Tensor Split(Tensor x) => x.reshape(x.shape[0], x.shape[1], Heads, -1).transpose(1, 2);
}
