using Deep.Perceivers;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Postprocessors;

public sealed class PostprocessorTests
{
    [Fact]
    public void Depth_to_space_undoes_space_to_depth()
    {
        using var scope = NewDisposeScope();
        var video = randn([2, 4, 3, 6, 8]);
        var patches = Preprocessor.Of(new PatchesConfig { Video = true, SpatialDownsample = 2, TemporalDownsample = 2 });
        var rows = patches.Preprocess(PerceiverInput.Of(video)).Values;
        var output = Make(new ImageOutputConfig { Kind = ImageOutputKind.Patches, Shape = [2, 3, 4], SpatialUpsample = 2, TemporalUpsample = 2 }, 24);
        AssertClose(video.permute(0, 1, 3, 4, 2), output.Postprocess(rows), 0);
        var pictures = video[TensorIndex.Colon, 0];
        rows = Preprocessor.Of(new PatchesConfig { SpatialDownsample = 2 }).Preprocess(PerceiverInput.Of(pictures)).Values;
        output = Make(new ImageOutputConfig { Kind = ImageOutputKind.Patches, Shape = [3, 4], SpatialUpsample = 2 }, 12);
        AssertClose(pictures.permute(0, 2, 3, 1), output.Postprocess(rows), 0);
    }

    [Fact]
    public void Transposed_convolutions_spread_each_row_over_the_pixels_that_a_strided_SAME_convolution_reads_it_from()
    {
        // One channel, one layer's worth: weights of ones, so that a pixel is the number of rows that reach it, times the row.
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var output = Make(new ImageOutputConfig { Kind = ImageOutputKind.Conv, Shape = [3, 3], SpatialUpsample = 4, Outputs = 1 }, 1);
        foreach (var (name, parameter) in output.named_parameters())
        {
            parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1);
        }

        var picture = output.Postprocess(ones(1, 9, 1));
        Assert.Equal([1, 12, 12, 1], picture.shape);

        // Along an axis: 3 cells give 1 2 2 2 2 1, and these 1 3 3 4 4 4 4 4 4 3 3 1; squared over two axes, two channels between.
        double[] expected = [1, 3, 3, 4, 4, 4, 4, 4, 4, 3, 3, 1];
        Assert.Equal(expected.Select(e => 2 * e * 4), Enumerable.Range(0, 12).Select(i => (double)picture[0, 5, i, 0].ToSingle()));
    }

    [Theory]
    [InlineData(2, 4, new long[] { 2, 4, 12, 16, 3 })]
    [InlineData(1, 4, new long[] { 2, 2, 12, 16, 3 })]
    [InlineData(4, 2, new long[] { 2, 8, 6, 8, 3 })]
    public void Video_is_upsampled_in_time_and_space(int time, int space, long[] shape)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var output = Make(new ImageOutputConfig { Kind = ImageOutputKind.Conv, Shape = [2, 3, 4], SpatialUpsample = space, TemporalUpsample = time }, 5);
        Assert.Equal(shape, output.Postprocess(randn(2, 24, 5)).shape);
    }

    [Fact]
    public void Convex_upsampling_keeps_a_constant_picture_inside_and_means_between_neighbours()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        random.manual_seed(5);
        var output = Make(new ImageOutputConfig { Kind = ImageOutputKind.Raft, Shape = [4, 5], SpatialUpsample = 8, Outputs = 2 }, 6);
        var picture = output.Postprocess(randn(1, 1, 6).expand(1, 20, 6));
        Assert.Equal([1, 32, 40, 2], picture.shape);
        var inside = picture.narrow(1, 8, 16).narrow(2, 8, 24);
        AssertClose(inside[0, 0, 0].expand(1, 16, 24, 2), inside, 1e-6);
    }

    [Fact]
    public void A_strided_1x1_convolution_takes_every_nth_row()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var output = Make(new ImageOutputConfig { Kind = ImageOutputKind.Conv1x1, Shape = [4, 6], SpatialUpsample = 2, Outputs = 3 }, 5);
        var rows = randn(1, 24, 5);
        var picture = output.Postprocess(rows);
        Assert.Equal([1, 2, 3, 3], picture.shape);
        var state = output.state_dict();
        AssertClose(nn.functional.linear(rows[0, (2 * 6) + 4], state["conv.weight"].flatten(1), state["conv.bias"]), picture[0, 1, 2], 1e-6);
    }

    [Fact]
    public void A_picture_needs_all_of_its_rows() => Assert.Contains("12 rows", Assert.Throws<ShapeException>(() =>
        Make(new ImageOutputConfig { Shape = [3, 4] }, 5).Postprocess(zeros(1, 11, 5))).Message.Replace("3 x 4", "12", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void A_classification_head_may_have_a_hidden_layer_of_tanh()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var head = Assert.IsType<ClassificationPostprocessor>(Postprocessor.Of(new ClassificationOutputConfig { Classes = 3, Hidden = 7 }, 5, Any));
        var rows = randn(2, 4, 5);
        AssertClose(head.Logits.call(head.Hidden!.call(rows[TensorIndex.Colon, 0]).tanh()), head.Postprocess(rows), 1e-6);
    }

    [Fact]
    public void Multitask_queries_have_heads_of_their_own()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var config = PerceiverConfig.GlueMultitask() with
        {
            Preprocessor = TextConfig.WithLearnedPositions(16, 32),
            Latents = 4,
            LatentChannels = 16,
            LayersPerBlock = 1,
            CrossAttention = new AttentionConfig(),
            SelfAttention = new AttentionConfig { Heads = 2 },
        };
        var outputs = new Perceiver(config).Run(PerceiverInput.Of(randint(0, 262, [2, 30], dtype: ScalarType.Int64)));
        Assert.Equal(8, outputs.Count);
        Assert.Equal([2, 3], outputs["mnli"].shape);
        Assert.Equal([2, 1], outputs["stsb"].shape);
    }

    private static Preprocessor Any => Preprocessor.Of(new GridConfig { InputChannels = 1 });

    private static Postprocessor Make(ImageOutputConfig config, int channels) => Postprocessor.Of(config, channels, Any);
}
