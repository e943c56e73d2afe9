using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("pixels", new long[] { 2, 4, 5, 6 }, "3, H, W")]
    [InlineData("pixels", new long[] { 3, 5, 6 }, "3, H, W")]
    [InlineData("pixels", new long[] { 0, 3, 5, 6 }, "not empty")]
    [InlineData("conv", new long[] { 2, 1, 32, 32 }, "3, H, W")]
    [InlineData("flow", new long[] { 1, 2, 26, 5, 7 }, "27")]
    [InlineData("flow", new long[] { 1, 3, 27, 5, 7 }, "3 frames")]
    [InlineData("points", new long[] { 1, 7, 4 }, "[B, M, 3]")]
    [InlineData("points", new long[] { 1, 0, 3 }, "not empty")]
    [InlineData("video", new long[] { 1, 2, 3, 5, 6 }, "patches")]
    public void An_input_of_another_kind_is_refused_in_one_sentence_and_leaves_nothing_behind(string kind, long[] shape, string message)
    {
        using var scope = NewDisposeScope();
        var (network, _) = Build(kind);
        var x = zeros(shape);
        var live = new LiveTensors();
        var error = Assert.Throws<ShapeException>(() => network.forward(x));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, live.Created);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(30)]
    public void An_id_outside_the_vocabulary_is_refused(long id)
    {
        using var scope = NewDisposeScope();
        var (network, _) = Build("text");
        Assert.Contains("0 to 29", Assert.Throws<ShapeException>(() => network.forward(tensor([1L, id, 2]).unsqueeze(0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_too_long_empty_or_not_of_ids_is_refused()
    {
        using var scope = NewDisposeScope();
        var (network, _) = Build("text");
        Assert.Contains("21 ids", Assert.Throws<ShapeException>(() => network.forward(zeros(1, 21, dtype: ScalarType.Int64))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => network.forward(zeros(1, 0, dtype: ScalarType.Int64)));
        Assert.Throws<ShapeException>(() => network.forward(zeros(1, 20)));
    }

    [Fact]
    public void Modalities_must_be_exactly_those_of_the_network()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build("multimodal");
        var renamed = input.Tensors.ToDictionary(t => t.Key == "audio" ? "sound" : t.Key, t => t.Value);
        var error = Assert.Throws<ShapeException>(() => network.Run(PerceiverInput.Of(renamed)));
        Assert.Contains("audio, image, label", error.Message, StringComparison.Ordinal);
        Assert.Contains("sound", error.Message, StringComparison.Ordinal);
        var batches = new Dictionary<string, Tensor>(input.Tensors) { ["label"] = zeros(3, 9) };
        Assert.Contains("label 3", Assert.Throws<ShapeException>(() => network.Run(PerceiverInput.Of(batches))).Message, StringComparison.Ordinal);
        var selection = QuerySelection.Of(new Dictionary<string, Tensor> { ["sound"] = tensor([0L]) });
        Assert.Contains("sound", Assert.Throws<ShapeException>(() => network.Run(input, selection)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Build("pixels").Network.Run(input));
    }

    [Fact]
    public void A_mask_that_hides_everything_gives_finite_outputs_that_do_not_depend_on_the_input()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build("text");
        var ids = input.Tensors.Values.Single();
        var nothing = zeros(2, 20, dtype: ScalarType.Bool);
        var output = network.Run(PerceiverInput.Of(ids, nothing))[Perceiver.Output];
        Assert.True(output.isfinite().all().ToBoolean());
        AssertClose(output, network.Run(PerceiverInput.Of(zeros_like(ids), nothing))[Perceiver.Output], 0);
    }

    [Fact]
    public void A_mask_of_another_shape_or_of_numbers_is_refused()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build("pixels");
        var x = input.Tensors.Values.Single();
        Assert.Contains("[2, 30] of bool", Assert.Throws<ShapeException>(() => network.Run(PerceiverInput.Of(x, ones(2, 29, dtype: ScalarType.Bool)))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => network.Run(PerceiverInput.Of(x, ones(2, 30))));
    }

    [Fact]
    public void Values_of_another_type_than_the_weights_are_refused()
    {
        using var scope = NewDisposeScope();
        var (network, _) = Build("pixels");
        Assert.Contains("Float64", Assert.Throws<ShapeException>(() => network.forward(zeros([1, 3, 4, 4], dtype: ScalarType.Float64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Queries_and_latents_of_other_channels_are_refused()
    {
        using var scope = NewDisposeScope();
        var (network, _) = Build("video");
        Assert.Throws<ShapeException>(() => network.Decode(zeros(1, 6, 15), network.Queries()));
        Assert.Throws<ShapeException>(() => network.Decode(zeros(1, 6, 16), zeros(1, 4, 3)));
        Assert.Throws<ShapeException>(() => network.Decode(zeros(2, 6, 16), null));
        Assert.Throws<ShapeException>(() => Build("points").Network.Queries());
        Assert.Throws<ShapeException>(() => network.Queries(QuerySelection.Of(tensor([-1L]))));
    }

    [Fact]
    public async Task Concurrent_predictions_agree()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build("multimodal");
        network.eval();
        var expected = Sum(network.Run(input)["image"]);
        var sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            using var threadScope = NewDisposeScope();
            using var frozen = no_grad();
            return Sum(network.Run(input)["image"]);
        })));
        Assert.All(sums, sum => Assert.Equal(expected, sum, 4));

        static double Sum(Tensor x) => x.abs().sum().ToDouble();
    }
}
