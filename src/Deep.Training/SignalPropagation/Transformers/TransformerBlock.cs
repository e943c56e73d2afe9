using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// N batch, T positions, F features, H heads

/// <summary>One block: attention, then the MLP, or both side by side, with skips, gains and normalisations as configured.</summary>
/// <remarks>
/// 2311.01906, equation 1: x = alpha_SA x + beta_SA MHA(N(x)), then x = alpha_FF x + beta_FF MLP(N(x)). Children: attention_norm, attention,
/// mlp_norm, mlp. Parameters where trained: attention_branch_gain, attention_skip_gain, mlp_branch_gain, mlp_skip_gain [1].
/// </remarks>
public sealed class TransformerBlock : Module<Tensor, Tensor>, ISignalBlock
{
    private readonly TransformerBlockConfig config;
    private readonly PositionBias? bias;

    internal TransformerBlock(VanillaTransformerConfig model, int layer, BlockSurroundings surroundings, Device? device)
        : base(nameof(TransformerBlock))
    {
        (config, bias, Layer) = (model.Block, surroundings.Bias, layer);
        AttentionNorm = Normalization.Of(config.AttentionNormOf(layer), model.Width, config.NormEpsilon, device);
        MlpNorm = config.Parallel ? null : Normalization.Of(config.Norm, model.Width, config.NormEpsilon, device);
        Attention = new(model, layer, surroundings, device);
        Mlp = new(model, device);
        foreach (var (name, norm) in new[] { ("attention_norm", AttentionNorm), ("mlp_norm", MlpNorm) })
        {
            if (norm is not null)
            {
                register_module(name, norm);
            }
        }

        register_module("attention", Attention);
        register_module("mlp", Mlp);
        Gains.Register(this, "attention_branch_gain", config.AttentionBranch, [1], device);
        Gains.Register(this, "attention_skip_gain", config.AttentionSkip, [1], device);
        Gains.Register(this, "mlp_branch_gain", config.MlpBranch, [1], device);
        Gains.Register(this, "mlp_skip_gain", config.MlpSkip, [1], device);
    }

    /// <inheritdoc/>
    public string Kind => BlockNames.Of(config);

    /// <inheritdoc/>
    public bool IsNormalized => config.Norm != NormKind.None || (config.AttentionSkip is not null && config.QueryKeyNorm);

    /// <summary>The block's place in the stack, from 0.</summary>
    public int Layer { get; }

    /// <summary>The normalisation before the attention, or null.</summary>
    public Normalization? AttentionNorm { get; }

    /// <summary>The attention.</summary>
    public SelfAttention Attention { get; }

    /// <summary>The normalisation before the MLP; null where there is none or the block is parallel.</summary>
    public Normalization? MlpNorm { get; }

    /// <summary>The MLP.</summary>
    public FeedForward Mlp { get; }

    /// <summary>The block's output for a whole sequence.</summary>
    /// <param name="x">[N, T, F].</param>
    /// <returns>[N, T, F]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return From(x, 0, PositionLogits(x), null).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of the block's attention, with position bias, signal-preserving bias and mask.</summary>
    /// <param name="x">[N, T, F], the block's input.</param>
    /// <returns>[N, H, T, T]. The caller disposes it.</returns>
    public Tensor AttentionLogits(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Attention.AttentionLogits(AttentionInput(x), PositionLogits(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The block's softmax attention A(x), before gains and rescaling: each row sums to 1.</summary>
    /// <param name="x">[N, T, F], the block's input.</param>
    /// <returns>[N, H, T, T]. The caller disposes it.</returns>
    public Tensor AttentionProbabilities(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Attention.AttentionProbabilities(AttentionInput(x), PositionLogits(x)).MoveToOuterDisposeScope();
    }

    internal Tensor From(Tensor x, long first, Tensor? logits, LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        var (stream, read) = Branch(x, AttentionNorm);
        var attended = Attention.From(read, first, logits, cache);
        if (config.Parallel)
        {
            var both = Join(Mlp.call(read), config.MlpBranch, "mlp_branch_gain", attended, config.AttentionBranch, "attention_branch_gain");
            return (config.MlpSkip is null ? both : Gains.Plus(both, stream, config.MlpSkip, get_parameter("mlp_skip_gain"))).MoveToOuterDisposeScope();
        }

        x = Join(attended, config.AttentionBranch, "attention_branch_gain", stream, config.AttentionSkip, "attention_skip_gain");
        (stream, read) = Branch(x, MlpNorm);
        return Join(Mlp.call(read), config.MlpBranch, "mlp_branch_gain", stream, config.MlpSkip, "mlp_skip_gain").MoveToOuterDisposeScope();
    }

    // What the skip carries and what the sub-block reads.
    private (Tensor Stream, Tensor Read) Branch(Tensor x, Normalization? norm)
    {
        var normed = norm?.call(x) ?? x;
        return config.NormPosition == NormPosition.Post ? (normed, normed) : (x, normed);
    }

    // gain * branch + other gain * other.
    private Tensor Join(Tensor branch, Gain gain, string name, Tensor other, Gain? otherGain, string otherName)
    {
        if (otherGain is null)
        {
            return Gains.Times(branch, gain, get_parameter(name));
        }

        return Gains.Plus(Gains.Times(other, otherGain, get_parameter(otherName)), branch, gain, get_parameter(name));
    }

    private Tensor AttentionInput(Tensor x) => Branch(x, AttentionNorm).Read;

    private Tensor? PositionLogits(Tensor x) => bias?.Logits(0, x.size(1), x.size(1));

    /// <summary>Nothing: every child has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
