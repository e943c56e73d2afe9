using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Inference;

public sealed class InferencePerceiverTests
{
    public static TheoryData<string> Kinds => GraphTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_frozen_network_gives_what_the_plain_one_gives(string kind)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (network, input) = Filled(kind);
        using var frozen = network.ForInference(new InferenceOptions { QueriesPerChunk = 13 });
        AssertEqual(network.Run(input), frozen.Run(input));
        AssertEqual(network.Run(input), frozen.Run(input));
        using var bytes = frozen.Preprocess(input);
        var latents = frozen.Encode(bytes);
        AssertNear(network.Encode(input), latents);
        if (network.Decoder!.CrossAttend is not null)
        {
            var queries = network.Queries(batch: 2, bytes: bytes);
            AssertNear(network.Decode(latents, queries), frozen.Decode(latents, queries));
            AssertNear(queries, frozen.Queries(batch: 2, bytes: bytes));
        }

        if (kind != "multimodal")
        {
            AssertNear(network.forward(input.Tensors.Values.Single()), frozen.Forward(input.Tensors.Values.Single()));
        }
    }

    [Theory]
    [InlineData(MaskedRows.Zero)]
    [InlineData(MaskedRows.Uniform)]
    public void Masks_hide_the_same_rows_also_where_a_sample_has_none_left(MaskedRows rows)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var kind in new[] { "text", "flow", "points" })
        {
            var (network, input) = Filled(kind, config => config with { MaskedRows = rows });
            using var bytes = network.Preprocess(input);
            var mask = rand(2, bytes.Values.shape[1]).gt(0.4);
            mask.narrow(1, bytes.Values.shape[1] - 3, 3).fill_(false);
            using var frozen = network.ForInference();
            AssertEqual(network.Run(Masked(mask)), frozen.Run(Masked(mask)));
            mask[1].fill_(false);
            AssertEqual(network.Run(Masked(mask)), frozen.Run(Masked(mask)));
            mask.fill_(false);
            AssertEqual(network.Run(Masked(mask)), frozen.Run(Masked(mask)));

            PerceiverInput Masked(Tensor shown) => PerceiverInput.Of(input.Tensors.Values.Single(), shown);
        }
    }

    [Theory]
    [InlineData(MaskedRows.Zero)]
    [InlineData(MaskedRows.Uniform)]
    public void Query_masks_wipe_the_same_rows(MaskedRows rows)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var kind in new[] { "text", "video" })
        {
            var (network, input) = Filled(kind, config => config with { MaskedRows = rows });
            using var frozen = network.ForInference(new InferenceOptions { QueriesPerChunk = 7 });
            var (latents, queries) = (network.Encode(input), network.Queries());
            var mask = rand(2, queries.shape[1]).gt(0.5);
            AssertNear(network.Decode(latents, queries.expand(2, -1, -1), mask), frozen.Decode(latents, queries, mask));
        }
    }

    [Theory]
    [InlineData(1, Sharing.All, Sharing.All)]
    [InlineData(3, Sharing.AllButFirst, Sharing.All)]
    [InlineData(3, Sharing.All, Sharing.AllButFirst)]
    [InlineData(2, Sharing.None, Sharing.None)]
    public void Shared_and_repeated_weights_fold_alike(int crossAttends, Sharing cross, Sharing blocks)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var gated in new[] { false, true })
        {
            var attention = gated
                ? new AttentionConfig { Heads = 2, QueryKeyWidth = 10, ValueWidth = 10, Widening = 2, GatedMlp = true, ProjectionBias = false }
                : new AttentionConfig { Widening = 2 };
            var config = Small.Of(new GridConfig { InputChannels = 37 }) with
            {
                CrossAttends = crossAttends,
                Blocks = 3,
                CrossSharing = cross,
                BlockSharing = blocks,
                CrossAttention = attention,
                SelfAttention = attention with { Heads = 2, QueryKeyWidth = 10, ValueWidth = 14 },
                UseQueryResidual = !gated,
                Gelu = gated ? GeluForm.Exact : GeluForm.Tanh,
            };
            using var network = Fill(new Perceiver(config));
            using var frozen = network.ForInference();

            // More rows than fit a block of keys, and not a multiple of anything.
            var x = randn(3, 4101, 37);
            AssertNear(network.forward(x), frozen.Forward(x));
        }
    }

    [Theory]
    [InlineData(1, null, null, true, true)]
    [InlineData(1, 5, 40, false, false)]
    [InlineData(4, 8, 12, true, true)]
    [InlineData(4, 8, 12, false, false)]
    public void Decoders_of_all_widths_and_heads_fold_alike(int heads, int? queryKey, int? value, bool residual, bool mlp)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var outputs in new int?[] { null, 2, 40 })
        {
            var config = Small.Of(
                new GridConfig { InputChannels = 9 },
                new QueryDecoderConfig
                {
                    Queries = QueryConfig.Fourier([5, 9], 4),
                    UseQueryResidual = residual,
                    Outputs = outputs,
                    CrossAttention = new AttentionConfig { Heads = heads, QueryKeyWidth = queryKey, ValueWidth = value, Mlp = mlp },
                },
                outputs is null ? null : new ClassificationOutputConfig { Classes = 3, Hidden = outputs == 2 ? 6 : null });
            using var network = Fill(new Perceiver(config));
            using var frozen = network.ForInference(new InferenceOptions { QueriesPerChunk = 11 });
            var x = randn(2, 30, 9);
            AssertNear(network.forward(x), frozen.Forward(x));
        }
    }

    [Theory]
    [InlineData("text", 20)]
    [InlineData("flow", 35)]
    [InlineData("video", 48)]
    public void Only_what_is_asked_is_read(string kind, long count)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (network, input) = Filled(kind);
        using var frozen = network.ForInference(new InferenceOptions { QueriesPerChunk = 3 });
        var selection = QuerySelection.Of(tensor([0L, count - 1, 3, 4, 4]));
        AssertEqual(network.Run(input, selection), frozen.Run(input, selection));
        if (kind == "video")
        {
            var positions = QuerySelection.At(rand(2, 5, 3));
            AssertEqual(network.Run(input, positions), frozen.Run(input, positions));
        }
    }

    [Fact]
    public void Some_outputs_of_some_modalities_are_read_alone_and_latents_serve_twice()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (network, input) = Filled("multimodal");
        using var frozen = network.ForInference(new InferenceOptions { QueriesPerChunk = 5 });
        var selection = QuerySelection.Of(new Dictionary<string, Tensor> { ["image"] = arange(3, 120, 9, ScalarType.Int64), ["audio"] = empty(0, ScalarType.Int64) });
        var latents = frozen.Encode(input);
        AssertEqual(network.Run(input, selection), frozen.Read(latents, selection));
        AssertEqual(network.Run(input), frozen.Read(latents));
        Assert.Throws<ShapeException>(() => frozen.Read(latents, QuerySelection.Of(new Dictionary<string, Tensor> { ["smell"] = tensor([0L]) })));
        Assert.Throws<ShapeException>(() => frozen.Forward(input.Tensors["audio"]));
    }

    [Fact]
    public void It_keeps_its_weights_when_the_network_changes_or_goes()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (network, input) = Filled("multimodal");
        var expected = network.Run(input);
        using var frozen = network.ForInference();
        foreach (var parameter in network.parameters())
        {
            parameter.zero_();
        }

        network.Dispose();
        AssertEqual(expected, frozen.Run(input));
    }

    [Fact]
    public void Bf16_is_near_or_refused_where_the_processor_lacks_it()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var kind in new[] { "pixels", "text", "flow", "multimodal" })
        {
            var (network, input) = Filled(kind);
            if (!Precisions.IsNative(Precision.BFloat16, CPU))
            {
                Assert.Throws<DeviceException>(() => network.ForInference(new InferenceOptions { Precision = Precision.BFloat16 }));
                continue;
            }

            using var frozen = network.ForInference(new InferenceOptions { Precision = Precision.BFloat16 });
            foreach (var (name, expected) in network.Run(input))
            {
                var found = frozen.Run(input)[name];
                Assert.Equal(ScalarType.Float32, found.dtype);
                Assert.InRange((found - expected).norm().ToDouble() / expected.norm().ToDouble(), 0, 0.05);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_left_alive_and_everything_goes_with_it(string kind)
    {
        using var scope = NewDisposeScope();
        var (network, input) = Filled(kind);
        var all = new LiveTensors();
        using (var frozen = network.ForInference(new InferenceOptions { QueriesPerChunk = 9 }))
        {
            Dispose(frozen.Run(input));
            var live = new LiveTensors();
            Dispose(frozen.Run(input));
            using var wrong = randn(1, 1);
            Assert.Throws<ShapeException>(() => frozen.Run(PerceiverInput.Of(wrong)));
            using var latents = frozen.Encode(input);
            Assert.Equal(2, live.Created);
        }

        Assert.Equal(0, all.Created);
    }

    [Fact]
    public async Task Many_threads_get_the_same_answers()
    {
        var (network, input) = Filled("flow");
        using var plain = network;
        using var frozen = network.ForInference(new InferenceOptions { QueriesPerChunk = 9 });
        using var expected = frozen.Forward(input.Tensors.Values.Single());
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5; i++)
            {
                using var scope = NewDisposeScope();
                AssertNear(expected, frozen.Forward(input.Tensors.Values.Single()));
            }
        })));
    }

    [Fact]
    public void Wrong_inputs_and_options_throw()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Filled("text");
        using var frozen = network.ForInference();
        var latents = frozen.Encode(input);
        Assert.Throws<ShapeException>(() => frozen.Decode(latents, randn(1, 4, 9)));
        Assert.Throws<ShapeException>(() => frozen.Decode(latents, null));
        Assert.Throws<ShapeException>(() => frozen.Decode(randn(1, 2, 3), randn(1, 4, 8)));
        Assert.Throws<ShapeException>(() => frozen.Decode(latents, randn(1, 4, 8), ones(2, 5, ScalarType.Bool)));
        Assert.Throws<ShapeException>(() => frozen.Run(PerceiverInput.Of(randn(2, 20))));
        Assert.Throws<ConfigurationException>(() => network.ForInference(new InferenceOptions { QueriesPerChunk = 0 }));
        frozen.Dispose();
        Assert.ThrowsAny<Exception>(() => frozen.Run(input));
    }

    private static (Perceiver Network, PerceiverInput Input) Filled(string kind, Func<PerceiverConfig, PerceiverConfig>? change = null)
    {
        var (network, input) = Build(kind);
        if (change is not null)
        {
            var config = change(network.Config);
            network.Dispose();
            network = new Perceiver(config);
        }

        return (Fill(network), input);
    }

    // Fresh networks have zeros and ones in many places, which hide mistakes.
    private static Perceiver Fill(Perceiver network)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        random.manual_seed(11);
        foreach (var (name, parameter) in network.named_parameters())
        {
            var isScale = parameter.dim() == 1 && name.EndsWith("weight", StringComparison.Ordinal);
            parameter.copy_(randn_like(parameter).mul(parameter.dim() > 1 ? 1 / Math.Sqrt(parameter.shape[^1]) : 0.2).add(isScale ? 1 : 0));
        }

        network.eval();
        return network;
    }

    private static void AssertEqual(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> found)
    {
        Assert.Equal(expected.Keys, found.Keys);
        foreach (var (name, tensor) in expected)
        {
            AssertNear(tensor, found[name]);
        }
    }

    private static void AssertNear(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.InRange((expected - found).abs().max().ToDouble(), 0, 2e-5 * Math.Max(1, expected.abs().max().ToDouble()));
    }

    private static void Dispose(IReadOnlyDictionary<string, Tensor> outputs)
    {
        foreach (var output in outputs.Values)
        {
            output.Dispose();
        }
    }
}
