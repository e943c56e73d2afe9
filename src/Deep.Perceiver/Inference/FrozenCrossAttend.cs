using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, Q queries, E channels of a query, M rows and C channels of the context, H heads

/// <summary>A cross-attend, frozen, whose keys and values are made once for any number of queries: the decoder's, and those of several heads.</summary>
/// <remarks>
/// With one head the query's projection is folded into the keys and the output's into the values: for x the normalized queries,
/// x g Wq' k' = x (k Wq g)' + one number for each key, and A v Wo' = A (v Wo'). No queries or results [Q, width] exist then.
/// </remarks>
internal sealed class FrozenCrossAttend : IFrozenCrossAttend
{
    private readonly FrozenNorm queryNorm;
    private readonly FrozenNorm contextNorm;
    private readonly FrozenLinear keysValues;
    private readonly FrozenLinear? query;
    private readonly FrozenLinear? output;
    private readonly FrozenMlp? mlp;
    private readonly Tensor outputBias;
    private readonly bool folds;
    private readonly bool usesResidual;
    private readonly MaskedRows maskedRows;
    private readonly ScalarType type;
    private readonly int heads;
    private readonly long keyWidth;
    private readonly long valueWidth;

    /// <param name="cross">The trained cross-attend.</param>
    /// <param name="contextRows">M, about: decides whether folding pays.</param>
    /// <param name="maskedRows">What becomes of queries without keys.</param>
    /// <param name="precision">What products are computed in.</param>
    /// <param name="withMlp">False: <see cref="Attend"/> stops before the MLP.</param>
    public FrozenCrossAttend(CrossAttend cross, long contextRows, MaskedRows maskedRows, Precision precision, bool withMlp)
    {
        using var scope = NewDisposeScope();
        type = precision.ToScalarType();
        var attention = cross.Attention;
        var channels = cross.QueryNorm.weight!.size(0);
        (usesResidual, this.maskedRows, heads) = (cross.UseQueryResidual, maskedRows, attention.Heads);
        queryNorm = new FrozenNorm(cross.QueryNorm, type);
        contextNorm = new FrozenNorm(cross.ContextNorm, type);
        outputBias = Fold.Bias(attention.Output).to_type(ScalarType.Float32).DetachFromDisposeScope();
        mlp = withMlp && cross.Mlp is not null ? new FrozenMlp(cross.MlpNorm!, cross.Mlp, precision) : null;
        folds = heads == 1 && 2 * channels * contextRows <= (channels + contextRows) * (attention.QueryKeyWidth + attention.ValueWidth);
        var scale = Math.Sqrt(heads / (double)attention.QueryKeyWidth);
        if (folds)
        {
            (keyWidth, valueWidth) = (channels, channels);
            keysValues = Folded(cross, scale, precision);
            return;
        }

        (keyWidth, valueWidth) = (attention.QueryKeyWidth, attention.ValueWidth);
        keysValues = new FrozenLinear(
            cat([attention.Key.weight!, attention.Value.weight!], 0), cat([Fold.Bias(attention.Key), Fold.Bias(attention.Value)], 0), precision);
        query = new FrozenLinear(Fold.Wide(attention.Query.weight!).Times(scale), Fold.Bias(attention.Query).Times(scale), precision);
        output = new FrozenLinear(attention.Output, precision);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor query, Tensor context, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        using var prepared = Prepare(context, mask);
        var sum = Attend(query, prepared, null);
        return (mlp is null ? sum : mlp.AddTo(sum)).MoveToOuterDisposeScope();
    }

    /// <summary>Keys and values.</summary>
    /// <param name="context">[B, M, C] in 32-bit floats; not changed.</param>
    /// <param name="mask">[B, M] of bool; null: all may be attended to.</param>
    /// <returns>What <see cref="Attend"/> reads. The caller disposes it.</returns>
    public PreparedContext Prepare(Tensor context, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var joined = keysValues.Forward(contextNorm.Apply(context));
        var bias = KeyMask.Bias(mask);
        if (folds)
        {
            var perKey = joined.select(-1, 2 * keyWidth).to_type(ScalarType.Float32);
            bias = bias is null ? perKey.contiguous() : bias.Plus(perKey);
        }

        return new PreparedContext(
            Split(joined.narrow(-1, 0, keyWidth)).contiguous().DetachFromDisposeScope(),
            Split(joined.narrow(-1, keyWidth, valueWidth)).contiguous().DetachFromDisposeScope(),
            bias?.DetachFromDisposeScope(),
            KeyMask.Shown(mask, maskedRows)?.DetachFromDisposeScope());
    }

    /// <summary>[query +] attention.</summary>
    /// <param name="query">[B or 1, Q, E] in 32-bit floats; not changed.</param>
    /// <param name="context">From <see cref="Prepare"/>.</param>
    /// <param name="queryMask">[B, Q] of bool, false where a query attends to nothing; null: none.</param>
    /// <returns>[B, Q, E] in 32-bit floats. The caller disposes it.</returns>
    public Tensor Attend(Tensor query, PreparedContext context, Tensor? queryMask)
    {
        using var scope = NewDisposeScope();
        var shown = context.Shown;
        if (queryMask is not null && maskedRows == MaskedRows.Zero)
        {
            shown = shown is null ? queryMask.unsqueeze(-1) : shown.logical_and(queryMask.unsqueeze(-1));
        }

        Tensor attended;
        if (folds)
        {
            attended = Read(FrozenNorm.Bare(query, type), context);
        }
        else
        {
            var asked = Split(this.query!.Forward(queryNorm.Apply(query)));
            var read = StreamedAttention.Attend(asked, context.Keys, context.Values, context.Bias);
            if (shown is null && usesResidual)
            {
                return output!.ForwardPlus(read, query.expand(read.size(0), -1, -1)).MoveToOuterDisposeScope();
            }

            attended = output!.Forward(read).to_type(ScalarType.Float32);
        }

        attended = shown is null ? attended : where(shown, attended, outputBias);
        return (usesResidual ? attended.Plus(query) : attended).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        queryNorm.Dispose();
        contextNorm.Dispose();
        keysValues.Dispose();
        query?.Dispose();
        output?.Dispose();
        mlp?.Dispose();
        outputBias.Dispose();
    }

    // Rows: E of keys, E of values, and the number that the query's shift and bias add to each key's scores.
    private static FrozenLinear Folded(CrossAttend cross, double scale, Precision precision)
    {
        var attention = cross.Attention;
        var (ask, shift) = Fold.Behind(cross.QueryNorm, attention.Query);
        var toQueries = cat([ask.t(), shift.unsqueeze(0)], 0).Times(scale); // [E + 1, width]
        var (key, keyBias) = (toQueries.mm(Fold.Wide(attention.Key.weight!)), Fold.Apply(toQueries, Fold.Bias(attention.Key)));
        var output = Fold.Wide(attention.Output.weight!);
        var (value, valueBias) = (output.mm(Fold.Wide(attention.Value.weight!)), Fold.Apply(output, Fold.Bias(attention.Value)).Plus(Fold.Bias(attention.Output)));
        var channels = output.size(0);
        return new FrozenLinear(
            cat([key.slice(0, 0, channels, 1), value, key.slice(0, channels, channels + 1, 1)], 0),
            cat([keyBias.slice(0, 0, channels, 1), valueBias, keyBias.slice(0, channels, channels + 1, 1)], 0), precision);
    }

    // With one head: A v, [B, Q, E] in 32-bit floats.
    private Tensor Read(Tensor asked, PreparedContext context)
    {
        var batch = context.Values.size(0);
        var read = new Tensor[batch];
        for (long sample = 0; sample < batch; sample++)
        {
            using var stream = new StreamedAttention(asked[asked.size(0) == 1 ? 0 : sample], valueWidth);
            stream.Add(context.Keys[sample, 0], context.Values[sample, 0], context.Bias![sample]);
            read[sample] = stream.Result();
        }

        return batch == 1 ? read[0].unsqueeze(0) : stack(read);
    }

    // [B, T, H * width] to [B, H, T, width].
    private Tensor Split(Tensor x) => x.unflatten(2, heads, x.shape[^1] / heads).transpose(1, 2);
}
