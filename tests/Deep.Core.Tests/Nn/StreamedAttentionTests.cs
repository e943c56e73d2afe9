using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Nn;

public class StreamedAttentionTests
{
    private static Tensor Expected(Tensor q, Tensor k, Tensor v, Tensor? bias = null)
    {
        var (a, b) = (q.to_type(ScalarType.Float64), k.to_type(ScalarType.Float64));
        var scores = a.mm(b.t());
        scores = bias is null ? scores : scores.Plus(bias.to_type(ScalarType.Float64));
        return scores.softmax(-1).mm(v.to_type(ScalarType.Float64)).to_type(ScalarType.Float32);
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(5, 37, 7, 3)]
    [InlineData(64, 300, 33, 65)]
    [InlineData(700, 2049, 16, 48)]
    public void Blocks_give_what_the_whole_map_gives(int n, int m, int d, int e)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(1);
        var (q, k, v, bias) = (randn(n, d), randn(m, d), randn(m, e), randn(m));
        var expected = Expected(q, k, v, bias);
        foreach (var fuses in new[] { true, false })
        {
            foreach (var step in new[] { m, Math.Max(1, m / 3) })
            {
                using var stream = new StreamedAttention(q, e, fuses);
                for (var first = 0; first < m; first += step)
                {
                    var end = Math.Min(m, first + step);
                    stream.Add(k.slice(0, first, end, 1), v.slice(0, first, end, 1), bias.slice(0, first, end, 1));
                }

                var found = stream.Result();
                Assert.True(found.allclose(expected, 1e-4, 2e-5), $"fused {fuses}, blocks of {step}: {(found - expected).abs().max().item<float>()}");
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(65, 100)]
    [InlineData(700, 2049)]
    public void Each_query_may_have_a_bias_of_its_own(int n, int m)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(5);
        var (q, k, v, bias) = (randn(n, 16), randn(m, 16), randn(m, 24), randn(n, m));
        bias.slice(0, 0, n / 2, 1).slice(1, m / 2, m, 1).fill_(float.NegativeInfinity);
        var expected = Expected(q, k, v, bias);
        foreach (var fuses in new[] { true, false })
        {
            using var stream = new StreamedAttention(q, 24, fuses);
            stream.Add(k, v, bias);
            Assert.True(stream.Result().allclose(expected, 1e-4, 2e-5), $"fused {fuses}");
        }
    }

    [Fact]
    public void Large_scores_neither_overflow_nor_lose_the_largest()
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = (full([3, 4], 30f), arange(50, ScalarType.Float32).unsqueeze(1).expand(50, 4) - 25f, arange(50, ScalarType.Float32).unsqueeze(1));
        using var stream = new StreamedAttention(q, 1);
        stream.Add(k.slice(0, 0, 20, 1), v.slice(0, 0, 20, 1));
        stream.Add(k.slice(0, 20, 50, 1), v.slice(0, 20, 50, 1));
        Assert.True(stream.Result().allclose(full([3, 1], 49f)));
    }

    [Fact]
    public void Hidden_keys_do_not_count_also_where_a_whole_block_is_hidden()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(2);
        var (q, k, v) = (randn(6, 8), randn(90, 8), randn(90, 5));
        var bias = zeros(90);
        bias.slice(0, 0, 40, 1).fill_(-1e30f);
        var expected = Expected(q, k.slice(0, 40, 90, 1), v.slice(0, 40, 90, 1));
        foreach (var fuses in new[] { true, false })
        {
            using var stream = new StreamedAttention(q, 5, fuses);
            stream.Add(k.slice(0, 0, 40, 1), v.slice(0, 0, 40, 1), bias.slice(0, 0, 40, 1));
            stream.Add(k.slice(0, 40, 90, 1), v.slice(0, 40, 90, 1), bias.slice(0, 40, 90, 1));
            Assert.True(stream.Result().allclose(expected, 1e-4, 1e-5));
        }
    }

    [Fact]
    public void Bf16_stays_near()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(3);
        var (q, k, v) = (randn(70, 40).to_type(ScalarType.BFloat16), randn(333, 40).to_type(ScalarType.BFloat16), randn(333, 50).to_type(ScalarType.BFloat16));
        q = q.mul(full([], 0.2f).to_type(ScalarType.BFloat16));
        var expected = Expected(q, k, v);
        foreach (var fuses in new[] { true, false })
        {
            using var stream = new StreamedAttention(q, 50, fuses);
            stream.Add(k, v);
            var found = stream.Result();
            Assert.True((found - expected).norm().item<float>() < 0.02 * expected.norm().item<float>());
        }
    }

    [Fact]
    public void Heads_and_batch_equal_scaled_dot_product_attention()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(4);
        var (q, k, v) = (randn(2, 3, 17, 8), randn(2, 3, 29, 8), randn(2, 3, 29, 8));
        var expected = nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(2, 17, 24);
        var scaled = q.Times(1 / Math.Sqrt(8));
        Assert.True(StreamedAttention.Attend(scaled, k, v).allclose(expected, 1e-4, 1e-5));

        // As a view into one product of queries, keys and values, which has no row of its own without gaps.
        var joined = cat([scaled.transpose(1, 2).reshape(2, 17, 24), k.slice(2, 0, 17, 1).transpose(1, 2).reshape(2, 17, 24), v.slice(2, 0, 17, 1).transpose(1, 2).reshape(2, 17, 24)], 2);
        var parts = joined.chunk(3, 2).Select(part => part.reshape(2, 17, 3, 8).transpose(1, 2)).ToArray();
        var fewer = StreamedAttention.Attend(scaled, k.slice(2, 0, 17, 1), v.slice(2, 0, 17, 1));
        Assert.True(StreamedAttention.Attend(parts[0], parts[1], parts[2]).allclose(fewer, 1e-4, 1e-5));
    }

    [Fact]
    public void Wrong_inputs_throw_and_nothing_leaks()
    {
        using var q = randn(2, 3);
        using var k = randn(4, 3);
        using var v = randn(4, 5);
        using var wrong = randn(4, 2);
        var live = new LiveTensors();
        using (var stream = new StreamedAttention(q, 5))
        {
            Assert.Throws<ShapeException>(() => stream.Add(wrong, v));
            Assert.Throws<ShapeException>(() => stream.Add(k, wrong));
            Assert.Throws<ShapeException>(() => stream.Add(k, v, wrong));
            stream.Add(k, v);
            stream.Result().Dispose();
        }

        using (var empty = new StreamedAttention(q, 5))
        using (var none = empty.Result())
        {
            Assert.All(none.data<float>(), value => Assert.Equal(0, value));
        }

        Assert.Throws<ShapeException>(() => StreamedAttention.Attend(q, k, v));
        Assert.Equal(0, live.Created);
    }
}
