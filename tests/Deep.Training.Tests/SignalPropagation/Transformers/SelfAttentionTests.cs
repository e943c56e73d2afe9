using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

/// <summary>The attention without T x T matrices against the formula with them, in float64.</summary>
public sealed class SelfAttentionTests
{
    private const long Length = 6;

    public static TheoryData<string> Blocks => [.. Cases.Keys];

    private static readonly Dictionary<string, Func<TransformerBlockConfig, TransformerBlockConfig>> Cases = new()
    {
        ["plain"] = block => block,
        ["value skip init"] = block => block with { IdentityGain = Gain.Learned(1), AttentionGain = Gain.Learned(0) },
        ["constant gains"] = block => block with { IdentityGain = new(0.7), AttentionGain = new(0.4), CentreGain = new(0.3) },
        ["shaped"] = block => block with { IdentityGain = Gain.Learned(1), AttentionGain = Gain.Learned(1), CentreGain = Gain.Learned(1) },
        ["capped"] = block => block with { LogitSoftCap = 2 },
        ["normed"] = block => block with { QueryKeyNorm = true },
        ["unscaled"] = block => block with { ScaleLogitsByWidth = false, ScaleLogitsByLayer = true },
        ["spa"] = block => block with { Spa = SpaConfig.Exponential(), IdentityGain = Gain.Learned(1), AttentionGain = Gain.Learned(1) },
        ["u-spa"] = block => block with { Spa = SpaConfig.Uniform() },
        ["spa exact"] = block => block with { Spa = new() { Rescale = SpaRescale.KernelExact } },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void The_causal_attention_is_the_matrix_that_it_does_not_make(string name) => Compare(name, causal: true, PositionEncoding.None);

    [Theory]
    [MemberData(nameof(Blocks))]
    public void The_attention_in_both_directions_is_the_matrix_that_it_does_not_make(string name) => Compare(name, causal: false, PositionEncoding.None);

    [Theory]
    [InlineData("plain", PositionEncoding.Alibi)]
    [InlineData("plain", PositionEncoding.T5Bias)]
    [InlineData("capped", PositionEncoding.Alibi)]
    [InlineData("spa", PositionEncoding.Alibi)]
    [InlineData("spa", PositionEncoding.T5Bias)]
    [InlineData("shaped", PositionEncoding.Rotary)]
    public void Positions_on_the_logits_enter_the_same_matrix(string name, PositionEncoding positions)
    {
        Compare(name, causal: true, positions);
        Compare(name, causal: false, positions);
    }

    [Fact]
    public void Rotary_logits_depend_on_distance_alone()
    {
        using var scope = NewDisposeScope();
        using var rotary = new RotaryPositions(8, 4);
        rotary.to(float64);
        var (query, key) = (rand([1, 1, 1, 8], float64), rand([1, 1, 1, 8], float64));
        double Product(long q, long k) => rotary.Turn(query, q).mul(rotary.Turn(key, k)).sum().ToDouble();
        Assert.Equal(Product(3, 1), Product(2, 0), 6);
        Assert.Equal(Product(3, 1), Product(402, 400), 6);
        Assert.NotEqual(Product(3, 1), Product(1, 3), 6);
    }

    [Theory]
    [InlineData(0, 0, true, 0)]
    [InlineData(15, 0, true, 15)]
    [InlineData(16, 0, true, 16)]
    [InlineData(32, 0, true, 21)]
    [InlineData(127, 0, true, 31)]
    [InlineData(5000, 0, true, 31)]
    [InlineData(3, 9, true, 0)]
    [InlineData(7, 0, false, 7)]
    [InlineData(0, 7, false, 23)]
    [InlineData(20, 0, false, 10)]
    [InlineData(0, 5000, false, 31)]
    public void T5_buckets_are_those_of_the_paper_s_code(long query, long key, bool causal, int bucket) =>
        Assert.Equal(bucket, T5Bias.BucketOf(query, key, causal));

    private static void Compare(string name, bool causal, PositionEncoding positions)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = Small.Text(BlockKind.Plain) with { Causal = causal, Positions = positions, Length = (int)Length };
        config = config with { Block = Cases[name](config.Block) };
        using var model = VanillaTransformer.Create(config, seed: 4);
        model.to(float64);
        Small.Disturb(model);
        var attention = model.Blocks[1].Attention;
        using var generator = new Generator(1);
        var x = empty([2, Length, 16], float64).normal_(0, 1, generator);
        var bias = model.PositionBias?.Logits(0, Length, Length);
        var expected = Reference(config, model.Blocks[1].Attention, x, bias);
        var actual = attention.From(x, 0, bias, null);
        Assert.True(expected.allclose(actual, 1e-9, 1e-10), $"{expected.sub(actual).abs().max().ToDouble()}");
    }

    // (alpha I + beta D A - gamma C) V W^O with the matrix made.
    private static Tensor Reference(VanillaTransformerConfig config, SelfAttention attention, Tensor x, Tensor? bias)
    {
        var block = config.Block;
        var matrix = attention.AttentionProbabilities(x, bias);
        if (attention.Spa is { } spa)
        {
            var rows = spa.RowSums(0, Length, float64, CPU);
            if (block.Spa!.Rescale == SpaRescale.KernelExact)
            {
                var slope = TailoredLeakyRelu.ForChain(config.Layers, block.Activation.Eta);
                var layers = block.Spa.Layers(config.Layers, config.Causal, (int)Length);
                rows = tensor(new KernelPropagation(layers, slope.CorrelationMap).ExactRescaling((int)Length)[1]);
            }

            matrix = matrix.mul(rows.unsqueeze(-1));
        }

        Tensor Of(Gain? gain, Tensor? trained) => trained ?? tensor(gain?.Initial ?? 0);
        var centre = config.Causal ? ones(Length, Length, float64).tril() : ones(Length, Length, float64);
        centre = centre.div(centre.sum(-1, true));
        matrix = matrix.mul(Of(block.AttentionGain, attention.AttentionGain))
            .add(eye(Length, dtype: float64).mul(Of(block.IdentityGain, attention.IdentityGain)))
            .sub(centre.mul(Of(block.CentreGain, attention.CentreGain)));
        var value = x.reshape(-1, 16).mm(attention.QueryKeyValue.Weight.narrow(0, 32, 16).t()).view(2, Length, 2, 8).transpose(1, 2);
        var mixed = matrix.reshape(4, Length, Length).bmm(value.reshape(4, Length, 8)).view(2, 2, Length, 8).transpose(1, 2).reshape(-1, 16);
        return mixed.mm(attention.Output!.Weight.t()).view(2, Length, 16);
    }
}
