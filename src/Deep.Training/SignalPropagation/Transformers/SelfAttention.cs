using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// N batch, T positions, F features, H heads, D features of a head, P keys: the positions of a cache and the new ones

/// <summary>The attention of a block: (alpha I + beta A(x) - gamma C) x W^V W^O (2311.01906, equations 4 to 6; 2302.10322 for SPA).</summary>
/// <remarks>
/// No T x T matrix is made but inside fused attention: alpha V + beta A V - gamma times the running mean of V. Queries, keys and, where W^V
/// is plain, values come from one product. Parameters: query_key_value.weight [3F, F] or query_key.weight [2F, F] and value; output;
/// query_norm, key_norm; identity_gain, attention_gain, centre_gain [1, H, 1, 1]; each only where the configuration has it.
/// </remarks>
public sealed partial class SelfAttention : Module<Tensor, Tensor>
{
    private readonly TransformerBlockConfig block;
    private readonly bool causal;
    private readonly int heads;
    private readonly int headWidth;
    private readonly double queryScale;
    private readonly RotaryPositions? rotary;

    internal SelfAttention(VanillaTransformerConfig config, int layer, BlockSurroundings surroundings, Device? device)
        : base(nameof(SelfAttention))
    {
        (block, causal, heads, headWidth) = (config.Block, config.Causal, config.Heads, config.HeadWidth);
        (Spa, rescaling, rotary) = (surroundings.Spa, surroundings.Rescaling, surroundings.Rotary);

        // Fused attention divides by sqrt(D) itself; what the configuration wants beyond that is multiplied into the queries.
        queryScale = (block.ScaleLogitsByWidth ? 1 : Math.Sqrt(headWidth)) / (block.ScaleLogitsByLayer ? layer + 1 : 1);
        var value = block.ValueOf(layer);
        IsFused = value.Kind == ProjectionKind.Linear;
        QueryKeyValue = new Projection(config.Width, (IsFused ? 3 : 2) * config.Width, hasBias: block.AttentionBias, device: device);
        register_module(IsFused ? "query_key_value" : "query_key", QueryKeyValue);
        Value = IsFused ? null : Registered("value", Projection.Of(value, config.Width, block.AttentionBias, device));
        Output = Registered("output", Projection.Of(block.OutputOf(layer, config.Layers), config.Width, block.AttentionBias, device));
        QueryNorm = Registered("query_norm", HeadNorm(device));
        KeyNorm = Registered("key_norm", HeadNorm(device));
        long[] ofHeads = [1, heads, 1, 1];
        Gains.Register(this, "identity_gain", block.IdentityGain, ofHeads, device);
        Gains.Register(this, "attention_gain", block.AttentionGain, ofHeads, device);
        Gains.Register(this, "centre_gain", block.CentreGain ?? Gain.One, ofHeads, device);
    }

    /// <summary>Whether the values come from the same product as queries and keys.</summary>
    public bool IsFused { get; }

    /// <summary>The product that makes queries, keys and, where fused, values, in this order along the outputs.</summary>
    public Projection QueryKeyValue { get; }

    /// <summary>W^V where it is reparameterised; null where it is fused or the identity.</summary>
    public Projection? Value { get; }

    /// <summary>W^O; null where it is the identity.</summary>
    public Projection? Output { get; }

    /// <summary>The normalisation of a head's queries, or null.</summary>
    public Normalization? QueryNorm { get; }

    /// <summary>The normalisation of a head's keys, or null.</summary>
    public Normalization? KeyNorm { get; }

    /// <summary>The signal-preserving bias and rescaling, or null.</summary>
    public SpaLayer? Spa { get; }

    /// <summary>alpha for each head [1, H, 1, 1]; null where it is constant or absent.</summary>
    public Parameter? IdentityGain => get_parameter("identity_gain");

    /// <summary>beta for each head [1, H, 1, 1]; null where it is constant.</summary>
    public Parameter? AttentionGain => get_parameter("attention_gain");

    /// <summary>gamma for each head [1, H, 1, 1]; null where it is constant or absent.</summary>
    public Parameter? CentreGain => get_parameter("centre_gain");

    /// <summary>Attends, without a position bias.</summary>
    /// <param name="x">[N, T, F], what the sub-block reads: normalised where the block has a normalisation.</param>
    /// <returns>[N, T, F]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x) => From(x, 0, null, null);

    internal Tensor From(Tensor x, long first, Tensor? logits, LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        var sizes = x.shape;
        var (query, key, value) = Split(x, sizes[0], sizes[1], first);
        (key, value) = cache?.Append(key, value) ?? (key, value);
        var mixed = Mix(query, key, value, first, sizes[1], logits).transpose(1, 2).reshape(sizes);
        return (Output?.call(mixed) ?? mixed).MoveToOuterDisposeScope();
    }

    // Each [N, H, T, D].
    private (Tensor Query, Tensor Key, Tensor Value) Split(Tensor x, long batch, long length, long first)
    {
        var parts = QueryKeyValue.call(x).view(batch, length, IsFused ? 3 : 2, heads, headWidth).permute(2, 0, 3, 1, 4).unbind(0);
        var (query, key) = (parts[0], parts[1]);
        var value = IsFused ? parts[2] : (Value?.call(x) ?? x).reshape(batch, length, heads, headWidth).transpose(1, 2);
        query = QueryNorm?.call(query) ?? query;
        key = KeyNorm?.call(key) ?? key;
        (query, key) = rotary is null ? (query, key) : (rotary.Turn(query, first), rotary.Turn(key, first));
        return (queryScale == 1 ? query : query.Times(queryScale), key, value);
    }

    // (alpha I + beta A - gamma C) V [N, H, T, D].
    private Tensor Mix(Tensor query, Tensor key, Tensor value, long first, long length, Tensor? logits)
    {
        var mixed = Gains.Times(Attend(query, key, value, first, length, logits), block.AttentionGain, AttentionGain);
        var own = first == 0 ? value : value.narrow(2, first, length);
        mixed = block.IdentityGain is null ? mixed : Gains.Plus(mixed, own, block.IdentityGain, IdentityGain);
        return block.CentreGain is null ? mixed : MinusCentre(mixed, value, first, length, block.CentreGain);
    }

    // A V [N, H, T, D].
    private Tensor Attend(Tensor query, Tensor key, Tensor value, long first, long length, Tensor? logits)
    {
        if (Spa is not null)
        {
            return Spa.Attend(query, key, value, first, Rescale(first, length, query), logits?.squeeze(0));
        }

        if (block.LogitSoftCap is not null)
        {
            return GuardedMatMul.MatMul(Logits(query, key, first, length, logits).softmax(-1), value);
        }

        var isWhole = causal && first == 0 && logits is null;
        var mask = logits ?? (causal && !isWhole && length > 1 ? CausalMask.Of(first, length, first + length, query.dtype, query.device) : null);
        return functional.scaled_dot_product_attention(query, key, value, mask, is_casual: isWhole);
    }

    // C is attention at equal logits: the mean of all values so far, or of all.
    private Tensor MinusCentre(Tensor mixed, Tensor value, long first, long length, Gain gain)
    {
        if (!causal)
        {
            return Gains.Minus(mixed, value.mean([2L], keepdim: true), Trained(gain, value));
        }

        var sums = value.cumsum(2);
        sums = first == 0 ? sums : sums.narrow(2, first, length);
        var counts = tensor([.. Enumerable.Range((int)first + 1, (int)length).Select(count => 1.0 / count)], [length, 1], value.dtype, value.device);
        return Gains.Minus(mixed, sums, Gains.Times(counts, gain, CentreGain));
    }

    private Tensor Trained(Gain gain, Tensor like)
    {
        return CentreGain is { } trained ? trained : tensor(gain.Initial, like.dtype, like.device);
    }

    private Normalization? HeadNorm(Device? device) =>
        block.QueryKeyNorm ? new(NormKind.RmsNorm, headWidth, block.NormEpsilon, device) : null;

    private T? Registered<T>(string name, T? module)
        where T : nn.Module
    {
        if (module is not null)
        {
            register_module(name, module);
        }

        return module;
    }

    /// <summary>Nothing: every child has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
