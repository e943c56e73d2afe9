using Deep.Tensors;
using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public sealed class CachedGenerationTests
{
    public static TheoryData<BlockKind, PositionEncoding> KindsAndPositions
    {
        get
        {
            var all = new TheoryData<BlockKind, PositionEncoding>();
            foreach (var kind in Enum.GetValues<BlockKind>())
            {
                foreach (var positions in Enum.GetValues<PositionEncoding>())
                {
                    all.Add(kind, positions);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndPositions))]
    public void A_cache_gives_what_the_whole_sequence_gives(BlockKind kind, PositionEncoding positions)
    {
        var config = Small.Text(kind) with { Positions = positions, Length = 12 };
        AssertCacheIsExact(config, [1, 1, 3, 1, 4, 2]);
    }

    [Fact]
    public void A_cache_is_exact_with_capped_logits_and_kernel_exact_rescaling_beyond_the_model_s_length()
    {
        var plain = Small.Text(BlockKind.Plain);
        AssertCacheIsExact(plain with { Block = plain.Block with { LogitSoftCap = 2, QueryKeyNorm = true } }, [2, 1, 5, 9]);
        var spa = Small.Text(BlockKind.ExponentialSpa);
        AssertCacheIsExact(spa with { Block = spa.Block with { Spa = new() { Rescale = SpaRescale.KernelExact } } }, [2, 1, 5, 9]);
        foreach (var positions in new[] { PositionEncoding.Rotary, PositionEncoding.Sinusoidal, PositionEncoding.T5Bias })
        {
            AssertCacheIsExact(spa with { Positions = positions }, [3, 6, 1, 7]);
        }
    }

    [Fact]
    public void The_likeliest_token_of_the_whole_text_is_written_when_the_temperature_is_0()
    {
        using var model = Disturbed(BlockKind.ExponentialSpa);
        List<long> text = [3, 1];
        foreach (var token in model.Generate([3, 1], new() { Tokens = 5, Temperature = 0 }))
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var logits = model.call(tensor(text, [1, text.Count]));
            Assert.Equal(logits[0, text.Count - 1].argmax().ToInt64(), token);
            text.Add(token);
        }

        Assert.Equal(7, text.Count);
    }

    [Fact]
    public async Task A_seed_writes_one_text_on_any_thread()
    {
        using var model = Disturbed(BlockKind.ValueSkipInit);
        var options = new GenerationOptions { Tokens = 40, Seed = 3, Temperature = 1.5, TopK = 9, TopP = 0.95 };
        var text = model.Generate([0], options).ToArray();
        Assert.Equal(40, text.Length);
        Assert.Equal(text, model.Generate([0], options).ToArray());
        Assert.NotEqual(text, model.Generate([0], options with { Seed = 4 }).ToArray());
        var streamed = new List<long>();
        await foreach (var token in model.GenerateAsync([0], options))
        {
            streamed.Add(token);
        }

        Assert.Equal(text, streamed);
    }

    [Fact]
    public void Text_goes_on_when_the_window_is_full()
    {
        using var model = Disturbed(BlockKind.PreLN, PositionEncoding.Learned);
        Assert.Equal(30, model.Generate([.. Enumerable.Repeat(2L, 20)], new() { Tokens = 30 }).Count());
        Assert.Equal(5, model.Generate([1], new() { Tokens = 5, Window = 2 }).Count());
    }

    [Fact]
    public void A_stop_token_ends_the_text_and_is_not_given()
    {
        using var model = Disturbed(BlockKind.PreLN);
        var options = new GenerationOptions { Tokens = 60, Seed = 1, Temperature = 2 };
        var text = model.Generate([0], options).ToArray();
        Assert.Equal(text.TakeWhile(token => token != text[20]), model.Generate([0], options with { StopToken = text[20] }));
    }

    [Fact]
    public void Nothing_stays_alive_between_two_tokens_but_the_cache()
    {
        using var model = Disturbed(BlockKind.Sas);
        var live = new LiveTensors();
        using (var tokens = model.Generate([1, 2], new() { Tokens = 4 }).GetEnumerator())
        {
            tokens.MoveNext();
            var afterOne = live.Created;
            tokens.MoveNext();
            Assert.Equal(afterOne, live.Created);
            Assert.Equal(2 * model.Blocks.Count, live.Created);
        }

        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Cancelling_ends_the_text()
    {
        using var model = Disturbed(BlockKind.Plain);
        using var cancel = new CancellationTokenSource();
        var written = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var token in model.Generate([1], new() { Tokens = 10 }, cancel.Token))
            {
                if (++written == 3)
                {
                    cancel.Cancel();
                }
            }
        });
        Assert.Equal(3, written);
    }

    [Fact]
    public void Wrong_prompts_options_and_models_are_refused_at_once()
    {
        using var model = Disturbed(BlockKind.Plain);
        using var other = Disturbed(BlockKind.Plain);
        using var images = VanillaTransformer.Create(Small.Images(BlockKind.Plain), seed: 0);
        using var cache = model.NewCache();
        using var tokens = Small.Tokens();
        Assert.Throws<ShapeException>(() => model.Generate([]));
        Assert.Throws<ShapeException>(() => model.Generate([Small.Vocabulary]));
        Assert.Throws<ConfigurationException>(() => model.Generate([1], new() { Temperature = -1 }));
        Assert.Throws<ConfigurationException>(() => model.Generate([1], new() { TopP = 0 }));
        Assert.Throws<ConfigurationException>(() => model.Generate([1], new() { TopK = -1 }));
        Assert.Throws<ConfigurationException>(() => model.Generate([1], new() { Tokens = -1 }));
        Assert.Throws<ConfigurationException>(() => model.Generate([1], new() { Window = 1 }));
        using var learned = Disturbed(BlockKind.Plain, PositionEncoding.Learned);
        Assert.Throws<ConfigurationException>(() => learned.Generate([1], new() { Window = 13 }));
        Assert.Throws<ConfigurationException>(images.NewCache);
        Assert.Throws<ConfigurationException>(() => other.Next(tokens, cache));
    }

    [Fact]
    public void Draws_follow_temperature_k_and_p()
    {
        float[] logits = [0, (float)Math.Log(2), (float)Math.Log(5), (float)Math.Log(2)];
        double[] Shares(GenerationOptions options)
        {
            var counts = new double[logits.Length];
            for (var draw = 0UL; draw < 20_000; draw++)
            {
                counts[TokenSampler.Draw(logits, options, new RandomState(1, draw))] += 1.0 / 20_000;
            }

            return counts;
        }

        void AssertNear(double[] expected, double[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 0.015));
        AssertNear([0.1, 0.2, 0.5, 0.2], Shares(new()));
        AssertNear([0, 0, 1, 0], Shares(new() { Temperature = 0 }));
        AssertNear([1 / 34.0, 4 / 34.0, 25 / 34.0, 4 / 34.0], Shares(new() { Temperature = 0.5 }));
        AssertNear([0, 2 / 7.0, 5 / 7.0, 0], Shares(new() { TopK = 2 }));
        AssertNear([0, 0, 1, 0], Shares(new() { TopP = 0.4 }));
        AssertNear([0, 2 / 7.0, 5 / 7.0, 0], Shares(new() { TopP = 0.65 }));
    }

    private static void AssertCacheIsExact(VanillaTransformerConfig config, int[] parts)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = VanillaTransformer.Create(config, seed: 3);
        model.to(float64);
        Small.Disturb(model);
        var tokens = Small.Tokens(2, parts.Sum());
        var whole = model.call(tokens);
        using var cache = model.NewCache();
        var start = 0;
        foreach (var part in parts)
        {
            var next = model.Next(tokens.narrow(1, start, part), cache);
            var error = whole.narrow(1, start, part).sub(next).abs().max().ToDouble();
            Assert.True(error < 1e-10 * Math.Max(1, whole.abs().max().ToDouble()), $"{error} at {start}");
            start += part;
            Assert.Equal(start, cache.Length);
        }
    }

    private static VanillaTransformer Disturbed(BlockKind kind, PositionEncoding positions = PositionEncoding.None)
    {
        var model = VanillaTransformer.Create(Small.Text(kind) with { Positions = positions, Length = 12 }, seed: 3);
        Small.Disturb(model);
        model.eval();
        return model;
    }
}
