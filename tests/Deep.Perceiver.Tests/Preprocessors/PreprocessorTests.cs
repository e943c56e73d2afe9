using Deep.Perceivers;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Preprocessors;

public sealed class PreprocessorTests
{
    [Fact]
    public void Pixels_are_taken_at_every_nth_place_of_every_nth_frame()
    {
        using var scope = NewDisposeScope();
        var network = Preprocessor.Of(new PixelsConfig { Video = true, SpatialDownsample = 2, TemporalDownsample = 3, InputChannels = 2 });
        var x = randn([2, 5, 2, 7, 6]);
        var bytes = network.Preprocess(PerceiverInput.Of(x));
        Assert.Equal([2, 4, 3], bytes.Grid);
        AssertClose(x[1, 3, TensorIndex.Colon, 6, 2], bytes.Values[1, 12 + (3 * 3) + 1], 0);
    }

    [Fact]
    public void Patches_hold_frames_then_rows_then_columns_then_channels()
    {
        using var scope = NewDisposeScope();
        var network = Preprocessor.Of(new PatchesConfig { Video = true, SpatialDownsample = 2, TemporalDownsample = 2 });
        var x = randn([1, 4, 3, 6, 4]);
        var bytes = network.Preprocess(PerceiverInput.Of(x));
        Assert.Equal([2, 3, 2], bytes.Grid);
        Assert.Equal([1, 12, 24], bytes.Values.shape);

        // The patch (1, 2, 1), its frame 1, row 0, column 1, channel 2.
        Assert.Equal(x[0, 3, 2, 4, 3].ToSingle(), bytes.Values[0, (1 * 6) + (2 * 2) + 1, (1 * 12) + (0 * 6) + (1 * 3) + 2].ToSingle());
    }

    [Fact]
    public void Flow_merges_two_frames_and_keeps_the_grid_of_pixels()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build("flow");
        var bytes = network.Preprocess(input);
        Assert.Equal([5, 7], bytes.Grid);
        Assert.Equal([2, 35, 9 + 14], bytes.Values.shape);
        Assert.Throws<ShapeException>(() => network.Preprocess(PerceiverInput.Of(randn([1, 4, 27, 5, 7]))));
    }

    [Fact]
    public void An_array_of_any_shape_keeps_its_values_in_order()
    {
        using var scope = NewDisposeScope();
        var network = Preprocessor.Of(new GridConfig { InputChannels = 3, Positions = Small.Fourier(4, 4, 4, 4) });
        var x = randn([2, 2, 3, 2, 2, 3]);
        var bytes = network.Preprocess(PerceiverInput.Of(x));
        Assert.Equal([2, 24, 3 + 28], bytes.Values.shape);
        AssertClose(x.reshape(2, 24, 3), bytes.Values.narrow(2, 0, 3), 0);
        Assert.Contains("axes", Assert.Throws<ShapeException>(() => network.Preprocess(PerceiverInput.Of(randn(2, 5, 3)))).Message, StringComparison.Ordinal);
        using var given = network.Preprocess(PerceiverInput.Of(randn(2, 5, 3), positions: rand(2, 5, 4)));
        Assert.Equal([2, 5, 31], given.Values.shape);
    }

    [Fact]
    public void Points_have_positions_of_their_own_and_features_if_wished()
    {
        using var scope = NewDisposeScope();
        var positions = rand(2, 6, 3).mul(2).sub(1);
        var fourier = new FourierFeatures(Small.Fourier(9, 9, 9));
        var alone = Preprocessor.Of(new PointsConfig { Positions = Small.Fourier(9, 9, 9) });
        AssertClose(fourier.Of(positions), alone.Preprocess(PerceiverInput.Of(positions)).Values, 0);
        var coloured = Preprocessor.Of(new PointsConfig { Features = 2, Positions = Small.Fourier(9, 9, 9) });
        var features = randn(2, 6, 2);
        AssertClose(cat([features, fourier.Of(positions)], -1), coloured.Preprocess(PerceiverInput.Of(features, positions: positions)).Values, 0);
        Assert.Throws<ShapeException>(() => coloured.Preprocess(PerceiverInput.Of(features)));
        Assert.Throws<ShapeException>(() => coloured.Preprocess(PerceiverInput.Of(features, positions: positions.narrow(1, 0, 5))));
        Assert.Throws<ShapeException>(() => alone.Preprocess(PerceiverInput.Of(rand(2, 0, 3))));
    }

    [Theory]
    [InlineData(ConvSemantics.DeepMind, 224, 224, 56, 56)]
    [InlineData(ConvSemantics.HuggingFace, 224, 224, 55, 55)]
    [InlineData(ConvSemantics.DeepMind, 33, 18, 9, 5)]
    [InlineData(ConvSemantics.HuggingFace, 33, 18, 8, 4)]
    public void The_convolution_divides_both_sides_by_four(ConvSemantics semantics, long height, long width, long rows, long columns)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var network = new Perceiver(Small.Of(new ConvConfig { ConvChannels = 4, Semantics = semantics }));
        Assert.Equal([rows, columns], network.Preprocess(PerceiverInput.Of(randn([1, 3, height, width]))).Grid);
    }

    [Fact]
    public void Two_layers_of_convolution_divide_by_sixteen()
    {
        using var scope = NewDisposeScope();
        using var network = new Perceiver(Small.Of(new ConvConfig { ConvChannels = 4, Layers = 2, BatchNorm = false }));
        Assert.Equal([3, 4], network.Preprocess(PerceiverInput.Of(randn([1, 3, 40, 64]))).Grid);
        Assert.Equal(["preprocessor.conv.weight", "preprocessor.conv_1.weight"], network.named_parameters().Select(p => p.name)
            .Where(n => n.StartsWith("preprocessor", StringComparison.Ordinal)));
    }

    [Fact]
    public void Modalities_are_padded_and_stand_in_the_order_of_their_names()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = Build("multimodal");
        var bytes = network.Preprocess(input);
        var parts = Assert.IsType<MultimodalPreprocessor>(network.Preprocessor);
        Assert.Equal(["audio", "image", "label"], bytes.Sizes.Keys);
        Assert.Equal([8L, 8, 1], bytes.Sizes.Values);
        var width = parts.Channels;
        Assert.Equal(48 + 21 + 4, width);
        var state = network.state_dict();
        var sound = parts.Modalities["audio"].Preprocess(PerceiverInput.Of(input.Tensors["audio"])).Values;
        AssertClose(sound, bytes.Values.narrow(1, 0, 8).narrow(2, 0, sound.shape[2]), 0);
        AssertClose(state["preprocessor.padding.audio"][0], bytes.Values[1, 7].narrow(0, sound.shape[2], width - sound.shape[2]), 0);
        AssertClose(state["preprocessor.mask_token.label"].expand(2, -1), bytes.Values[TensorIndex.Colon, 16], 0);
    }

    [Fact]
    public void Mask_tokens_replace_as_many_rows_as_asked_and_the_same_under_the_same_generator()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var config = (MultimodalConfig)Small.Multimodal.Preprocessor with
        {
            MaskProbabilities = new Dictionary<string, double> { ["audio"] = 0.3 },
        };
        var network = new Perceiver(Small.Multimodal with { Preprocessor = config });
        var tensors = new Dictionary<string, Tensor> { ["audio"] = randn(4, 4000), ["image"] = randn([4, 2, 3, 8, 8]), ["label"] = zeros(4, 9) };
        var token = network.state_dict()["preprocessor.mask_token.audio"];
        var (first, second, third) = (Replaced(1), Replaced(1), Replaced(2));
        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
        Assert.InRange(first.Count(replaced => replaced) / 4000.0, 0.25, 0.35);

        bool[] Replaced(ulong seed)
        {
            using var generator = new Generator(seed);
            using var bytes = network.Preprocess(PerceiverInput.Of(tensors, generator: generator));
            return bytes.Values.narrow(1, 0, 1000).eq(token).all(-1).flatten().data<bool>().ToArray();
        }
    }
}
