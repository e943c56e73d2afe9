using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, N latents, D channels of a latent, M rows and C channels of the context

/// <summary>The encoder's cross-attend of one head, its projections folded: the normalized context is both keys and values.</summary>
/// <remarks>
/// With x the context's rows after normalization without scale g and shift b:
/// q (x g + b) Wk' = (q Wk g) x' + terms of the query alone, which a softmax over rows ignores; and
/// A (x g + b) Wv' Wo' = (A x) (g Wv' Wo') + a constant, since the rows of A add to 1. So neither keys nor values [M, width] exist,
/// and the normalized rows are made block by block. Queries that never change are projected once.
/// </remarks>
internal sealed class FoldedCrossAttend : IFrozenCrossAttend
{
    private readonly FrozenNorm queryNorm;
    private readonly FrozenLinear query;
    private readonly FrozenLinear value;
    private readonly FrozenMlp? mlp;
    private readonly Tensor outputBias;
    private readonly Tensor? constant;
    private readonly Tensor? folded;
    private readonly bool usesResidual;
    private readonly MaskedRows maskedRows;
    private readonly ScalarType type;
    private readonly long channels;

    /// <param name="cross">The trained cross-attend.</param>
    /// <param name="constant">[1, N, D], the query where it never changes; null: it is given with each call.</param>
    /// <param name="maskedRows">What becomes of samples without keys.</param>
    /// <param name="precision">What products are computed in.</param>
    public FoldedCrossAttend(CrossAttend cross, Tensor? constant, MaskedRows maskedRows, Precision precision)
    {
        using var scope = NewDisposeScope();
        type = precision.ToScalarType();
        (usesResidual, this.maskedRows) = (cross.UseQueryResidual, maskedRows);
        var attention = cross.Attention;
        channels = cross.ContextNorm.weight!.size(0);
        queryNorm = new FrozenNorm(cross.QueryNorm, type);

        var (key, _) = Fold.Behind(cross.ContextNorm, attention.Key);
        var toKeys = key.t().Times(1 / Math.Sqrt(attention.QueryKeyWidth));
        query = new FrozenLinear(toKeys.mm(Fold.Wide(attention.Query.weight!)), Fold.Apply(toKeys, Fold.Bias(attention.Query)), precision);

        var (values, shift) = Fold.Behind(cross.ContextNorm, attention.Value);
        var (output, bias) = (Fold.Wide(attention.Output.weight!), Fold.Bias(attention.Output));
        value = new FrozenLinear(output.mm(values), Fold.Apply(output, shift).Plus(bias), precision);
        outputBias = bias.to_type(ScalarType.Float32).DetachFromDisposeScope();
        mlp = cross.Mlp is null ? null : new FrozenMlp(cross.MlpNorm!, cross.Mlp, precision);
        if (constant is not null)
        {
            this.constant = constant.detach().to(ScalarType.Float32, copy: true).DetachFromDisposeScope();
            folded = query.Forward(queryNorm.Apply(this.constant)).DetachFromDisposeScope();
        }
    }

    /// <summary>Whether folding takes less work than projecting keys and values first.</summary>
    /// <param name="cross">The cross-attend.</param>
    /// <param name="queries">N.</param>
    public static bool Pays(CrossAttend cross, long queries)
    {
        var attention = cross.Attention;
        var context = cross.ContextNorm.weight!.size(0);
        return attention.Heads == 1 && 2 * context * queries <= (context + queries) * (attention.QueryKeyWidth + attention.ValueWidth);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor query, Tensor context, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var z = constant ?? query;
        var asked = folded ?? this.query.Forward(queryNorm.Apply(z)); // [B or 1, N, C]
        var means = Means(asked, context, KeyMask.Bias(mask)).to_type(type);
        var shown = KeyMask.Shown(mask, maskedRows);
        Tensor sum;
        if (shown is not null)
        {
            var attended = where(shown, value.Forward(means).to_type(ScalarType.Float32), outputBias);
            sum = usesResidual ? z.Plus(attended) : attended;
        }
        else
        {
            sum = usesResidual ? value.ForwardPlus(means, z.expand(means.size(0), -1, -1)) : value.Forward(means).to_type(ScalarType.Float32);
        }

        return (mlp is null ? sum : mlp.AddTo(sum)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        queryNorm.Dispose();
        query.Dispose();
        value.Dispose();
        mlp?.Dispose();
        outputBias.Dispose();
        constant?.Dispose();
        folded?.Dispose();
    }

    // A x, [B, N, C] in 32-bit floats.
    private Tensor Means(Tensor asked, Tensor context, Tensor? bias)
    {
        var (batch, rows) = (context.size(0), context.size(1));
        var means = new Tensor[batch];
        for (long sample = 0; sample < batch; sample++)
        {
            using var stream = new StreamedAttention(asked[asked.size(0) == 1 ? 0 : sample], channels);
            for (long first = 0; first < rows; first += StreamedAttention.KeysPerBlock)
            {
                using var block = NewDisposeScope();
                var end = Math.Min(rows, first + StreamedAttention.KeysPerBlock);
                var normalized = FrozenNorm.Bare(context[sample].slice(0, first, end, 1), type);
                stream.Add(normalized, normalized, bias?[sample].slice(0, first, end, 1));
            }

            means[sample] = stream.Result();
        }

        return batch == 1 ? means[0].unsqueeze(0) : stack(means);
    }
}
