using Deep.Perceivers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Configuration;

public sealed class VariantTests
{
    public static TheoryData<string> Names => [.. PerceiverConfig.Published.Select(config => config.Name)];

    [Theory]
    [InlineData("language-perceiver", 201_108_230)]
    [InlineData("vision-perceiver-learned", 62_255_848)]
    [InlineData("vision-perceiver-fourier", 48_440_627)]
    [InlineData("vision-perceiver-conv", 48_646_522)]
    [InlineData("optical-flow-perceiver", 41_057_134)]
    [InlineData("multimodal-perceiver", 19_858_855)]
    [InlineData("perceiver-imagenet", 44_912_254)]
    [InlineData("perceiver-imagenet-1-cross", 42_135_859)]
    public void A_published_configuration_has_exactly_the_published_parameters(string name, long parameters) =>
        Assert.Equal(parameters, Parameters(Of(name)));

    [Theory]
    [InlineData("perceiver-imagenet-unshared", 326.2)]
    [InlineData("language-perceiver-io++", 425)]
    [InlineData("imagenet-b", 212)]
    [InlineData("perceiver-io-audioset-raw", 25.0)]
    [InlineData("perceiver-io-audioset-mel", 88.2)]
    public void A_configuration_that_was_never_released_has_about_the_papers_parameters(string name, double millions) =>
        Assert.InRange(Parameters(Of(name)) / 1e6, 0.9 * millions, 1.1 * millions);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_published_configuration_is_valid_and_survives_json(string name)
    {
        var config = Of(name);
        config.Validate();
        Assert.Equal(config, PerceiverConfig.FromJson(config.ToJson()));
        Assert.Equal(config.ToJson(), PerceiverConfig.FromJson(config.ToJson()).ToJson());
    }

    [Fact]
    public void Names_of_published_configurations_are_distinct() =>
        Assert.Equal(PerceiverConfig.Published.Count, PerceiverConfig.Published.Select(config => config.Name).Distinct().Count());

    [Theory]
    [InlineData("vision-perceiver-fourier", 261)]
    [InlineData("vision-perceiver-learned", 512)]
    [InlineData("vision-perceiver-conv", 322)]
    [InlineData("optical-flow-perceiver", 322)]
    [InlineData("multimodal-perceiver", 704)]
    [InlineData("language-perceiver", 768)]
    [InlineData("perceiver-modelnet40", 387)]
    [InlineData("perceiver-io-audioset-raw", 487)]
    [InlineData("perceiver-io-audioset-mel", 487)]
    public void The_byte_array_has_the_published_channels(string name, int channels) =>
        Assert.Equal(channels, Of(name).Preprocessor.Channels);

    [Fact]
    public void The_queries_of_the_autoencoder_have_1026_channels()
    {
        var decoder = Assert.IsType<MultimodalDecoderConfig>(PerceiverConfig.Multimodal.Decoder);
        Assert.Equal(1026, decoder.Width);
        Assert.Equal(16 * 224 * 224, decoder.Modalities["image"].Count);
        Assert.Equal(1920, decoder.Modalities["audio"].Count);
    }

    private static PerceiverConfig Of(string name) => PerceiverConfig.Published.Single(config => config.Name == name);

    // On the meta device nothing is allocated: the shapes alone are counted.
    private static long Parameters(PerceiverConfig config)
    {
        using var scope = NewDisposeScope();
        using var network = new Perceiver(config, new Device(DeviceType.META));
        return network.parameters().Sum(parameter => parameter.numel());
    }
}
