using Deep.Perceivers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

/// <summary>The names under which weights are saved: a change of one is a change of the format.</summary>
public sealed class StateDictTests
{
    private const string CrossAttend = """
        cross_attends.0.query_norm.weight [16] cross_attends.0.query_norm.bias [16]
        cross_attends.0.context_norm.weight [{C}] cross_attends.0.context_norm.bias [{C}]
        cross_attends.0.attention.query.weight [{C}x16] cross_attends.0.attention.query.bias [{C}]
        cross_attends.0.attention.key.weight [{C}x{C}] cross_attends.0.attention.key.bias [{C}]
        cross_attends.0.attention.value.weight [{C}x{C}] cross_attends.0.attention.value.bias [{C}]
        cross_attends.0.attention.output.weight [16x{C}] cross_attends.0.attention.output.bias [16]
        cross_attends.0.mlp_norm.weight [16] cross_attends.0.mlp_norm.bias [16]
        cross_attends.0.mlp.expand.weight [16x16] cross_attends.0.mlp.expand.bias [16]
        cross_attends.0.mlp.contract.weight [16x16] cross_attends.0.mlp.contract.bias [16]
        """;

    private const string Layer = """
        norm.weight [16] norm.bias [16]
        attention.query.weight [16x16] attention.query.bias [16] attention.key.weight [16x16] attention.key.bias [16]
        attention.value.weight [16x16] attention.value.bias [16] attention.output.weight [16x16] attention.output.bias [16]
        mlp_norm.weight [16] mlp_norm.bias [16]
        mlp.expand.weight [16x16] mlp.expand.bias [16] mlp.contract.weight [16x16] mlp.contract.bias [16]
        """;

    [Theory]
    [InlineData("conv", "conv.weight [8x3x7x7] norm.bias [8] norm.running_mean [8] norm.running_var [8] norm.weight [8]")]
    [InlineData("learned", "conv.bias [7] conv.weight [7x3x1x1] position_projection.bias [5] position_projection.weight [5x6] positions [64x6]")]
    [InlineData("text", "embedding.weight [30x8] positions [20x8]")]
    [InlineData("flow", "linear.bias [9] linear.weight [9x54]")]
    [InlineData("points", "")]
    [InlineData("multimodal", "mask_token.audio [1x73] mask_token.image [1x73] mask_token.label [1x73] padding.audio [1x62] padding.image [1x4] padding.label [1x64]")]
    public void A_preprocessor_has_these_weights(string kind, string expected) =>
        Assert.Equal(Words(expected), Weights(kind, "preprocessor."));

    [Theory]
    [InlineData("pixels", 17)]
    [InlineData("learned", 12)]
    public void The_encoder_has_these_weights(string kind, int channels) => Assert.Equal(
        Words(CrossAttend.Replace("{C}", $"{channels}", StringComparison.Ordinal)
            + string.Concat(Enumerable.Range(0, 2).SelectMany(l => Words(Layer).Select(w => $" blocks.0.{l}.{w}")))),
        Weights(kind, "encoder."));

    [Theory]
    [InlineData("pixels", "output.bias [5] output.weight [5x12] queries [1x12]")]
    [InlineData("learned", "output.bias [5] output.weight [5x16]")]
    [InlineData("text", "queries [20x8]")]
    [InlineData("flow", "output.bias [2] output.weight [2x23]")]
    [InlineData("multimodal", "modalities.label.queries [1x11] output.bias [10] output.weight [10x23] padding.audio [1x16] padding.image [1x2] padding.label [1x12]")]
    public void A_decoder_has_these_weights_beside_its_cross_attend(string kind, string expected) =>
        Assert.Equal(Words(expected), Weights(kind, "decoder.").Where(w => !w.StartsWith("cross_attend.", StringComparison.Ordinal)));

    [Theory]
    [InlineData("text", "bias [30]")]
    [InlineData("multimodal", "modalities.audio.linear.bias [4] modalities.audio.linear.weight [4x10] modalities.image.linear.bias [3] modalities.image.linear.weight [3x10] modalities.label.linear.bias [9] modalities.label.linear.weight [9x10]")]
    public void A_postprocessor_has_these_weights(string kind, string expected) => Assert.Equal(Words(expected), Weights(kind, "postprocessor."));

    [Fact]
    public void The_decoders_cross_attend_has_the_names_of_the_encoders()
    {
        var names = Weights("flow", "decoder.cross_attend.").Select(w => w.Split(' ')[0]);
        Assert.Equal(Weights("flow", "encoder.cross_attends.0.").Select(w => w.Split(' ')[0]), names);
    }

    [Theory]
    [InlineData("pixels", 5)]
    [InlineData("multimodal", 6)]
    public void Layers_are_modules_of_the_network_in_order_and_each_once(string kind, int count)
    {
        using var scope = NewDisposeScope();
        var network = GraphTests.Build(kind).Network;
        Assert.Equal(count, network.Layers.Count);
        Assert.Equal(network.Preprocessor, network.Layers[0]);
        Assert.Equal(network.parameters().Count() - 1, network.Layers.SelectMany(l => l.parameters()).Count()); // all but the latents
    }

    private static List<string> Weights(string kind, string prefix)
    {
        using var scope = NewDisposeScope();
        return [.. GraphTests.Build(kind).Network.state_dict().Where(w => w.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(w => $"{w.Key[prefix.Length..]} [{string.Join('x', w.Value.shape)}]")
            .Where(w => !w.Contains("num_batches_tracked", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static List<string> Words(string text) =>
        [.. text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(pair => string.Join(' ', pair)).Order(StringComparer.Ordinal)];
}
