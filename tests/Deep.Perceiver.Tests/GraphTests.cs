using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class GraphTests
{
    public static TheoryData<string> Kinds => ["pixels", "conv", "learned", "text", "flow", "points", "video", "multimodal"];

    [Theory]
    [InlineData("pixels", new long[] { 2, 5 })]
    [InlineData("conv", new long[] { 2, 5 })]
    [InlineData("learned", new long[] { 2, 5 })]
    [InlineData("text", new long[] { 2, 20, 30 })]
    [InlineData("flow", new long[] { 2, 5, 7, 2 })]
    [InlineData("points", new long[] { 2, 4 })]
    [InlineData("video", new long[] { 2, 2, 4, 6, 3 })]
    public void An_output_has_the_shape_of_its_task(string kind, long[] shape)
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build(kind);
        Assert.Equal(shape, network.Run(input)[Perceiver.Output].shape);
    }

    [Fact]
    public void A_multimodal_network_gives_an_output_for_each_modality()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build("multimodal");
        var outputs = network.Run(input);
        Assert.Equal([2, 32], outputs["audio"].shape);
        Assert.Equal([2, 128, 3], outputs["image"].shape);
        Assert.Equal([2, 9], outputs["label"].shape);
        Assert.Throws<ShapeException>(() => network.forward(input.Tensors["audio"]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_left_alive_by_a_pass_that_needs_gradients_or_none(string kind)
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build(kind);
        var live = new LiveTensors();
        using (no_grad())
        {
            Dispose(network.Run(input));
        }

        network.Trace(input).Dispose();
        Dispose(network.Run(input));
        Assert.Equal(0, live.Created);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_parameter_gets_a_gradient_and_an_export_name_once(string kind)
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build(kind);
        network.train();
        foreach (var parameter in network.parameters().Where(p => p.count_nonzero().ToInt64() == 0))
        {
            using var _ = no_grad();
            parameter.copy_(randn_like(parameter).mul(0.1));
        }

        var loss = network.Run(input).Values.Select(output => output.square().sum()).Aggregate((a, b) => a.add(b));
        loss.backward();
        var names = network.named_parameters().Select(p => p.name).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        var without = network.named_parameters().Where(p => p.parameter.grad is null || p.parameter.grad.abs().sum().ToDouble() == 0)
            .Select(p => p.name).Where(name => !name.EndsWith("key.bias", StringComparison.Ordinal)); // softmax ignores what all keys share
        Assert.Equal(Unused(kind), without);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_traced_pass_gives_the_same_as_an_ordinary_one(string kind)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build(kind);
        var trace = network.Trace(input);
        using var latents = network.Encode(input);
        AssertClose(latents, trace.Latents[^1], 1e-5);
        Assert.Equal(5, trace.Latents.Count); // one cross-attend, 2 x 2 layers
        Assert.Equal(4, trace.SelfAttention.Count);
        var map = Assert.Single(trace.EncoderCross);
        AssertClose(map.sum(-1), ones_like(map.sum(-1)), 1e-5);
        Assert.Equal(kind is "learned" or "points", trace.DecoderCross is null);
        Assert.NotNull(trace.Decoded);
        trace.Dispose();
    }

    [Theory]
    [InlineData("text")]
    [InlineData("flow")]
    [InlineData("video")]
    [InlineData("multimodal")]
    public void Decoding_in_chunks_gives_the_same_as_decoding_at_once(string kind)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build(kind);
        using var bytes = network.Preprocess(input);
        var latents = network.Encode(bytes);
        var queries = network.Queries(batch: 2, bytes: bytes);
        AssertClose(network.Decode(latents, queries), network.Decode(latents, queries, chunk: 7), 1e-6);
    }

    [Theory]
    [InlineData("text", 20)]
    [InlineData("flow", 35)]
    [InlineData("video", 48)]
    public void Asking_for_some_outputs_gives_those_of_asking_for_all(string kind, long count)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build(kind);
        var indices = tensor([0L, count - 1, 3, 4]);
        var all = network.Run(input)[Perceiver.Output];
        var some = network.Run(input, QuerySelection.Of(indices))[Perceiver.Output];
        all = all.reshape(2, count, all.shape[^1]);
        AssertClose(all.index_select(1, indices), some, 1e-5);
        using var bytes = network.Preprocess(input);
        Assert.Throws<ShapeException>(() => network.Queries(QuerySelection.Of(tensor([count])), bytes: bytes));
        Assert.Throws<ShapeException>(() => network.Queries(QuerySelection.Of(tensor([-1L])), bytes: bytes));
        Assert.Equal(kind == "flow" ? 2 : 1, network.Queries(bytes: bytes).shape[0]);
    }

    [Fact]
    public void Some_outputs_of_some_modalities_are_those_of_all()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build("multimodal");
        var pixels = tensor([5L, 100, 127]);
        var all = network.Run(input);
        var some = network.Run(input, QuerySelection.Of(new Dictionary<string, Tensor> { ["image"] = pixels, ["audio"] = empty(0, dtype: ScalarType.Int64) }));
        Assert.Equal(["image", "label"], some.Keys);
        AssertClose(all["image"].index_select(1, pixels), some["image"], 1e-5);
        AssertClose(all["label"], some["label"], 1e-5);
    }

    [Fact]
    public void The_order_of_points_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build("points");
        var points = input.Tensors.Values.Single();
        AssertClose(network.forward(points), network.forward(points.index_select(1, randperm(points.shape[1]))), 1e-5);
    }

    [Theory]
    [InlineData("pixels")]
    [InlineData("learned")]
    public void Permuting_pixels_with_their_positions_changes_nothing(string kind)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build(kind);
        var bytes = network.Preprocess(input);
        var order = randperm(bytes.Values.shape[1]);
        var permuted = new ByteArray(bytes.Values.index_select(1, order));
        AssertClose(network.Encode(bytes), network.Encode(permuted), 1e-5);
        permuted.Dispose();
        bytes.Dispose();
    }

    [Fact]
    public void The_text_beyond_a_mask_does_not_matter_and_short_text_is_masked_text()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build("text");
        var ids = input.Tensors.Values.Single();
        var mask = arange(20).lt(12).unsqueeze(0).expand(2, -1);
        var other = where(mask, ids, zeros_like(ids));
        var masked = network.Run(PerceiverInput.Of(ids, mask))[Perceiver.Output];
        AssertClose(masked, network.Run(PerceiverInput.Of(other, mask))[Perceiver.Output], 1e-6);
        var cut = ids.narrow(1, 0, 12);
        var cutMask = ones(2, 12, dtype: ScalarType.Bool);
        AssertClose(masked, network.Run(PerceiverInput.Of(cut.contiguous(), cutMask))[Perceiver.Output], 1e-5);
    }

    internal static (Perceiver Network, PerceiverInput Input) Build(string kind, bool eval = true)
    {
        random.manual_seed(7);
        var (config, input) = kind switch
        {
            "pixels" => (Small.Pixels, PerceiverInput.Of(randn(2, 3, 5, 6))),
            "conv" => (Small.Conv, PerceiverInput.Of(randn(2, 3, 17, 20))),
            "learned" => (Small.Learned, PerceiverInput.Of(randn(2, 3, 8, 8))),
            "text" => (Small.Text, PerceiverInput.Of(randint(0, 30, [2, 20], dtype: ScalarType.Int64))),
            "flow" => (Small.Flow, PerceiverInput.Of(randn([2, 2, 27, 5, 7]))),
            "points" => (Small.Points, PerceiverInput.Of(rand([2, 19, 3]).mul(2).sub(1))),
            "video" => (Small.Video, PerceiverInput.Of(randn([2, 2, 3, 4, 6]))),
            _ => (Small.Multimodal, PerceiverInput.Of(new Dictionary<string, Tensor>
            {
                ["image"] = randn([2, 2, 3, 8, 8]),
                ["audio"] = randn(2, 32, 1),
                ["label"] = zeros(2, 9),
            })),
        };
        var network = new Perceiver(config);
        network.train(!eval);
        return (network, input);
    }

    internal static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange(expected.sub(actual).abs().max().ToDouble(), 0, tolerance);
    }

    private static string[] Unused(string kind) => kind switch
    {
        "multimodal" => ["preprocessor.padding.label", "preprocessor.mask_token.audio", "preprocessor.mask_token.image"], // all of the label, nothing of the others is replaced
        _ => [],
    };

    private static void Dispose(IReadOnlyDictionary<string, Tensor> outputs)
    {
        foreach (var output in outputs.Values)
        {
            output.Dispose();
        }
    }
}
