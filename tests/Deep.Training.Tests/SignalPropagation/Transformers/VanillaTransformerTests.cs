using Deep.Nn;
using Deep.Tensors;
using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public sealed class VanillaTransformerTests
{
    public static TheoryData<BlockKind> Kinds => [.. Enum.GetValues<BlockKind>()];

    public static TheoryData<BlockKind, int> KindsAndDepths
    {
        get
        {
            var all = new TheoryData<BlockKind, int>();
            foreach (var kind in Enum.GetValues<BlockKind>())
            {
                for (var depth = 1; depth <= 3; depth++)
                {
                    all.Add(kind, depth);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndDepths))]
    public void Logits_have_the_shape_of_tokens_and_classes_at_every_length(BlockKind kind, int depth)
    {
        using var scope = NewDisposeScope();
        using (var model = VanillaTransformer.Create(Small.Text(kind, depth), seed: 1))
        using (var images = VanillaTransformer.Create(Small.Images(kind, depth), seed: 1))
        {
            using var tokens = Small.Tokens();
            using var pictures = ones(2, 3, 6, 6);
            foreach (var length in new[] { 1, 5, Small.Length })
            {
                using var some = tokens.narrow(1, 0, length);
                using var logits = model.call(some);
                Assert.Equal([2, length, Small.Vocabulary], logits.shape);
                Assert.True(logits.isfinite().all().ToBoolean());
            }

            using (var classes = images.call(pictures))
            {
                Assert.Equal([2, 5], classes.shape);
            }

            using (var probabilities = model.Blocks[^1].AttentionProbabilities(zeros(1, 4, 16)))
            using (var sums = probabilities.sum(-1))
            {
                Assert.Equal([1, 2, 4, 4], probabilities.shape);
                Assert.True(sums.allclose(ones_like(sums)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Calls_leave_nothing_alive_behind(BlockKind kind)
    {
        using var model = VanillaTransformer.Create(Small.Text(kind), seed: 1);
        using var tokens = Small.Tokens();
        using var x = rand(2, 5, 16);
        var live = new LiveTensors();
        model.call(tokens).Dispose();
        model.Embed(tokens).Dispose();
        model.Head(x).Dispose();
        model.Blocks[1].call(x).Dispose();
        model.Blocks[1].AttentionLogits(x).Dispose();
        model.Blocks[1].AttentionProbabilities(x).Dispose();
        Assert.Equal(0, live.Created);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_reach_every_parameter(BlockKind kind)
    {
        using var scope = NewDisposeScope();
        using var model = VanillaTransformer.Create(Small.Text(kind, 3), seed: 1);
        Small.Disturb(model);
        model.call(Small.Tokens()).log_softmax(-1).narrow(2, 0, 1).sum().backward();
        Assert.All(model.named_parameters(), pair =>
        {
            Assert.NotNull(pair.parameter.grad);
            Assert.True(pair.parameter.grad!.isfinite().all().ToBoolean() && pair.parameter.grad!.abs().max().ToDouble() > 0, pair.name);
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_seed_decides_every_weight_and_torch_s_own_generator_none(BlockKind kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var first = VanillaTransformer.Create(Small.Text(kind), seed: 7);
        using var drawn = rand(3);
        manual_seed(1);
        Assert.True(Bits.Same(drawn, rand(3)));
        using var second = VanillaTransformer.Create(Small.Text(kind), seed: 7);
        using var other = VanillaTransformer.Create(Small.Text(kind), seed: 8);
        Assert.All(first.state_dict().Zip(second.state_dict()), pair => Assert.True(Bits.Same(pair.First.Value, pair.Second.Value), pair.First.Key));
        Assert.False(Bits.Same(first.Embedding.Tokens!, other.Embedding.Tokens!));
    }

    [Fact]
    public void Many_threads_predict_what_one_does()
    {
        foreach (var kind in new[] { BlockKind.ExponentialSpa, BlockKind.Shaped, BlockKind.Sas, BlockKind.PreLN })
        {
            using var model = VanillaTransformer.Create(Small.Text(kind) with { Positions = PositionEncoding.T5Bias }, seed: 1);
            Small.Disturb(model);
            model.eval();
            using var tokens = Small.Tokens();
            float[] Predict()
            {
                using var scope = NewDisposeScope();
                using var frozen = no_grad();
                return model.call(tokens).data<float>().ToArray();
            }

            var expected = Predict();
            Parallel.For(0, 24, _ => Assert.Equal(expected, Predict()));
        }
    }

    [Fact]
    public void A_collector_that_runs_all_the_time_changes_no_logit_and_no_gradient()
    {
        foreach (var kind in new[] { BlockKind.ExponentialSpa, BlockKind.Sas, BlockKind.OutlierProtected })
        {
            using var model = VanillaTransformer.Create(Small.Text(kind), seed: 1);
            Small.Disturb(model);
            float[] Round()
            {
                using var scope = NewDisposeScope();
                model.zero_grad();
                var loss = model.call(Small.Tokens()).log_softmax(-1).narrow(2, 0, 1).sum();
                loss.backward();
                return [loss.item<float>(), .. model.parameters().Select(p => p.grad!.abs().sum().item<float>())];
            }

            var expected = Round();
            using var collector = new Deep.Tests.BusyCollector();
            for (var round = 0; round < 2; round++)
            {
                Assert.Equal(expected, Round());
            }
        }
    }

    [Fact]
    public void A_later_token_changes_no_earlier_logit()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in Enum.GetValues<BlockKind>())
        {
            using var model = VanillaTransformer.Create(Small.Text(kind, 3), seed: 1);
            Small.Disturb(model);
            var tokens = Small.Tokens(1);
            var changed = tokens.clone();
            changed[0, 5] = (changed[0, 5] + 1).remainder(Small.Vocabulary);
            var (before, after) = (model.call(tokens), model.call(changed));
            Assert.True(before.narrow(1, 0, 5).allclose(after.narrow(1, 0, 5), 0, 1e-6), kind.ToString());
            Assert.False(before.narrow(1, 5, 1).allclose(after.narrow(1, 5, 1), 0, 1e-6), kind.ToString());
        }
    }

    [Fact]
    public void Kernel_exact_rescaling_keeps_q_at_every_layer()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var config = VanillaTransformerConfig.ForText(BlockKind.ExponentialSpa, 36, 256, 4, 65, 64);
        config = config with { Block = config.Block with { Spa = config.Block.Spa! with { Rescale = SpaRescale.KernelExact } } };
        using var model = VanillaTransformer.Create(config, seed: 3);

        // The theory is that of independent positions, all tokens different, and of a large width: the noise of 64 features is above 2.
        var x = model.Embed(arange(64, ScalarType.Int64).unsqueeze(0));
        foreach (var block in model.Blocks)
        {
            x = block.call(x);
            Assert.InRange(x.mul(x).mean().ToDouble(), 0.5, 1.6);
        }
    }

    [Fact]
    public void Plain_attention_makes_all_positions_alike_and_spa_does_not()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Assert.True(FarCosine(BlockKind.Plain) > 0.99);
        Assert.True(FarCosine(BlockKind.ExponentialSpa) < 0.9);
        Assert.True(FarCosine(BlockKind.ValueSkipInit) < 0.9);
    }

    [Theory]
    [InlineData(PositionEncoding.Rotary)]
    [InlineData(PositionEncoding.Alibi)]
    [InlineData(PositionEncoding.T5Bias)]
    public void Positions_on_the_logits_change_nothing_in_a_new_model(PositionEncoding positions)
    {
        using var scope = NewDisposeScope();
        foreach (var kind in new[] { BlockKind.ExponentialSpa, BlockKind.UniformSpa, BlockKind.Shaped, BlockKind.Plain })
        {
            using var without = VanillaTransformer.Create(Small.Text(kind), seed: 2);
            using var with = VanillaTransformer.Create(Small.Text(kind) with { Positions = positions }, seed: 2);
            Assert.True(without.call(Small.Tokens()).allclose(with.call(Small.Tokens()), 1e-5, 1e-6), kind.ToString());
        }
    }

    [Theory]
    [InlineData(PositionEncoding.Sinusoidal)]
    [InlineData(PositionEncoding.Learned)]
    public void Positions_on_the_embedding_keep_its_mean_square(PositionEncoding positions)
    {
        using var scope = NewDisposeScope();
        var config = Small.Text(BlockKind.Plain) with { Width = 512, Positions = positions };
        using var model = VanillaTransformer.Create(config, seed: 2);
        var x = model.Embed(Small.Tokens());
        Assert.InRange(x.mul(x).mean().ToDouble(), 0.9, 1.1);
    }

    [Fact]
    public void A_model_says_what_its_layers_and_its_classifier_are()
    {
        using var model = VanillaTransformer.Create(Small.Text(BlockKind.Sas), seed: 0);
        Assert.Equal(4, ModelLayers.Of(model).Count);
        var roles = ParameterRoles.Of(model).ToDictionary(p => p.Name, p => p.Role);
        Assert.Equal(model.named_parameters().Count(), roles.Count);
        Assert.Equal(ParameterRole.ClassifierWeight, roles["head.linear.weight"]);
        Assert.Equal(ParameterRole.GainOrBias, roles["blocks.0.attention.identity_gain"]);
        Assert.Equal(ParameterRole.Weight, roles["blocks.0.attention.query_key.weight"]);
        using var tied = VanillaTransformer.Create(Small.Text(BlockKind.Sas) with { TiedHead = true }, seed: 0);
        Assert.Null(((IHasClassifier)tied).Classifier);
        using var logits = tied.call(Small.Tokens());
        Assert.Equal(Small.Vocabulary, logits.shape[2]);
    }

    [Fact]
    public void Wrong_inputs_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = VanillaTransformer.Create(Small.Text(BlockKind.Plain) with { Positions = PositionEncoding.Learned }, seed: 0);
        using var images = VanillaTransformer.Create(Small.Images(BlockKind.Plain), seed: 0);
        Assert.Throws<ShapeException>(() => model.call(zeros(2, 3)));
        Assert.Throws<ShapeException>(() => model.call(zeros(3, ScalarType.Int64)));
        Assert.Throws<ShapeException>(() => model.call(zeros([1, 0], ScalarType.Int64)));
        Assert.Throws<ShapeException>(() => model.call(full([1, 2], Small.Vocabulary, ScalarType.Int64)));
        Assert.Throws<ShapeException>(() => model.call(zeros([1, Small.Length + 1], ScalarType.Int64)));
        Assert.Throws<ShapeException>(() => images.call(zeros(1, 3, 6, 7)));
    }

    private static double FarCosine(BlockKind kind)
    {
        using var model = VanillaTransformer.Create(VanillaTransformerConfig.ForText(kind, 36, 64, 4, 65, 64), seed: 3);
        var x = model.Embed(arange(64, ScalarType.Int64).unsqueeze(0));
        foreach (var block in model.Blocks)
        {
            x = block.call(x);
        }

        return nn.functional.cosine_similarity(x[0, 20], x[0, 63], 0).ToDouble();
    }
}
