using Deep.Perceivers;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Blocks;

public sealed class AttentionTests
{
    [Theory]
    [InlineData(1, null, null, MaskedRows.Zero)]
    [InlineData(2, 8, 8, MaskedRows.Uniform)]
    [InlineData(4, 4, 12, MaskedRows.Zero)]
    public void Attention_is_that_of_the_formula_with_masks_and_without(int heads, int? queryKey, int? value, MaskedRows maskedRows)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var attention = Make(heads, queryKey, value, maskedRows);
        var (query, context) = (randn(3, 5, 6), randn(3, 9, 8));
        var mask = rand(3, 9).gt(0.4);
        mask[2] = tensor(false);
        foreach (var keyMask in new[] { null, mask })
        {
            AssertClose(Formula(attention, query, context, keyMask, maskedRows), attention.Attend(query, context, keyMask, null, null), 1e-6);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(8)]
    public void The_fused_attention_equals_the_plain_one_that_gives_a_map(int? valueWidth)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var attention = Make(2, 8, valueWidth, MaskedRows.Zero);
        var (query, context) = (randn(3, 5, 6), randn(3, 40, 8));
        var (mask, queryMask) = (rand(3, 40).gt(0.5), rand(3, 5).gt(0.5));
        mask[1] = tensor(false);
        Tensor? map = null;
        var plain = attention.Attend(query, context, mask, queryMask, m => map = m);
        AssertClose(plain, attention.Attend(query, context, mask, queryMask, null), 1e-6);
        Assert.Equal([3, 2, 5, 40], map!.shape);
        Assert.Equal(0, map[0].masked_fill(mask[0], 0).abs().max().ToDouble());
        map.Dispose();
    }

    [Fact]
    public void A_row_from_which_everything_is_hidden_gets_the_bias_alone_or_the_mean()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (query, context) = (randn(1, 5, 6), randn(1, 9, 8));
        var nothing = zeros(1, 9, dtype: ScalarType.Bool);
        var zero = Make(1, null, null, MaskedRows.Zero);
        AssertClose(zero.Output.bias!.expand(1, 5, 6), zero.Attend(query, context, nothing, null, null), 1e-7);
        var uniform = Make(1, null, null, MaskedRows.Uniform);
        var mean = uniform.Output.call(uniform.Value.call(context).mean([1], keepdim: true)).expand(1, 5, 6);
        AssertClose(mean, uniform.Attend(query, context, nothing, null, null), 1e-6);
    }

    [Fact]
    public void A_masked_query_gets_the_bias_alone()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var attention = Make(2, null, null, MaskedRows.Zero);
        var queryMask = tensor([true, false, true, true, false]).unsqueeze(0);
        var result = attention.Attend(randn(1, 5, 6), randn(1, 9, 8), null, queryMask, null);
        AssertClose(attention.Output.bias!, result[0, 1], 1e-7);
        Assert.True(result[0, 0].sub(attention.Output.bias!).abs().max().ToDouble() > 1e-3);
    }

    [Theory]
    [InlineData(AttentionShape.Context, 8)]
    [InlineData(AttentionShape.Query, 6)]
    public void The_width_follows_the_side_that_the_configuration_names(AttentionShape shape, int width)
    {
        using var attention = new PerceiverAttention(6, 8, new AttentionConfig { Heads = 2, Shape = shape });
        Assert.Equal((width, width), (attention.QueryKeyWidth, attention.ValueWidth));
    }

    [Fact]
    public void Heads_that_do_not_divide_the_width_are_refused() =>
        Assert.Contains("divisor", Assert.Throws<ConfigurationException>(() => new PerceiverAttention(6, 8, new AttentionConfig { Heads = 3 })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_gated_mlp_multiplies_values_by_the_gelu_of_gates()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var mlp = new PerceiverMlp(3, widening: 4, gated: true, GeluForm.Exact);
        var x = randn(2, 5, 3);
        var hidden = mlp.Expand.call(x);
        Assert.Equal(24, hidden.shape[2]);
        AssertClose(mlp.Contract.call(hidden.narrow(2, 0, 12).mul(nn.functional.gelu(hidden.narrow(2, 12, 12)))), mlp.call(x), 1e-6);
    }

    private static PerceiverAttention Make(int heads, int? queryKey, int? value, MaskedRows maskedRows)
    {
        random.manual_seed(3);
        return new PerceiverAttention(6, 8, new AttentionConfig { Heads = heads, QueryKeyWidth = queryKey, ValueWidth = value }, maskedRows);
    }

    private static Tensor Formula(PerceiverAttention attention, Tensor query, Tensor context, Tensor? mask, MaskedRows maskedRows)
    {
        var (q, k, v) = (attention.Query.call(query), attention.Key.call(context), attention.Value.call(context));
        var (qk, vw) = (attention.QueryKeyWidth / attention.Heads, attention.ValueWidth / attention.Heads);
        var rows = new List<Tensor>();
        for (var b = 0; b < query.shape[0]; b++)
        {
            var heads = new List<Tensor>();
            for (var h = 0; h < attention.Heads; h++)
            {
                var scores = q[b].narrow(1, h * qk, qk).mm(k[b].narrow(1, h * qk, qk).t()).div(Math.Sqrt(qk));
                scores = mask is null ? scores : scores.masked_fill(mask[b].logical_not(), -1e30);
                var result = scores.softmax(1).mm(v[b].narrow(1, h * vw, vw));
                var isHidden = mask is not null && !mask[b].any().ToBoolean();
                heads.Add(isHidden && maskedRows == MaskedRows.Zero ? zeros_like(result) : result);
            }

            rows.Add(cat(heads, 1));
        }

        return attention.Output.call(stack(rows, 0));
    }
}
