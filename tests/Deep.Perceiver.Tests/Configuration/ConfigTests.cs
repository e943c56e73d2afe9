using System.Text.Json.Nodes;
using Deep.Perceivers;

namespace Deep.Tests.Perceivers.Configuration;

public sealed class ConfigTests
{
    public static TheoryData<string, PerceiverConfig> Wrong => new()
    {
        { "Latents", Small.Pixels with { Latents = 0 } },
        { "CrossAttends", Small.Pixels with { CrossAttends = 3 } },
        { "LayersPerBlock", Small.Pixels with { LayersPerBlock = 0 } },
        { "SelfAttention.Heads", Small.Pixels with { SelfAttention = new AttentionConfig { Heads = 3 } } },
        { "CrossAttention.QueryKeyWidth", Small.Pixels with { CrossAttention = new AttentionConfig { Heads = 2, QueryKeyWidth = 5 } } },
        { "Preprocessor.Positions", Small.Pixels with { Preprocessor = new PixelsConfig { Positions = Small.Fourier(8) } } },
        { "Preprocessor.Positions.Bands", Small.Pixels with { Preprocessor = new PixelsConfig { Positions = Small.Fourier(8, 8) with { Bands = 0 } } } },
        { "Preprocessor.Positions", Small.Text with { Preprocessor = TextConfig.WithLearnedPositions(8, 20) with { Width = 9 } } },
        { "Preprocessor.Positions", Small.Points with { Preprocessor = new PointsConfig() } },
        { "Preprocessor.MaskProbabilities.smell", Small.Multimodal with { Preprocessor = Modalities with { MaskProbabilities = new Dictionary<string, double> { ["smell"] = 0.5 } } } },
        { "Preprocessor.MaskProbabilities.audio", Small.Multimodal with { Preprocessor = Modalities with { MaskProbabilities = new Dictionary<string, double> { ["audio"] = 1.5 } } } },
        { "Decoder.Classes", Small.Pixels with { Decoder = new ClassificationDecoderConfig { Classes = 0 } } },
        { "Decoder.RescaleFactor", Small.Flow with { Decoder = new FlowDecoderConfig { RescaleFactor = 0 } } },
        { "Decoder.GivenChannels", Small.Pixels with { Decoder = new QueryDecoderConfig() } },
        { "Decoder.Queries", Small.Video with { Decoder = new VideoAutoencodingDecoderConfig { Queries = QueryConfig.Learned(4, 4) } } },
        { "Postprocessor", Small.Pixels with { Postprocessor = new TiedEmbeddingConfig() } },
        { "Postprocessor", Small.Pixels with { Decoder = null, Postprocessor = new ProjectionOutputConfig { Outputs = 3 } } },
        { "Postprocessor.Modalities.smell", Small.Multimodal with { Postprocessor = new MultimodalOutputConfig { Modalities = new Dictionary<string, PostprocessorConfig> { ["smell"] = new ProjectionOutputConfig { Outputs = 1 } } } } },
        { "Postprocessor.SpatialUpsample", Small.Video with { Postprocessor = new ImageOutputConfig { Kind = ImageOutputKind.Conv, Shape = [2, 4, 6], SpatialUpsample = 3 } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_that_makes_no_network_is_named(string setting, PerceiverConfig config)
    {
        var error = Assert.Throws<ConfigurationException>(config.Validate);
        Assert.Equal($"PerceiverConfig.{setting}", error.Setting);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configurations_of_every_kind_survive_json()
    {
        PerceiverConfig[] configs =
        [
            Small.Pixels, Small.Conv, Small.Learned, Small.Text, Small.Flow, Small.Points, Small.Video, Small.Multimodal,
            Small.Of(new GridConfig { InputChannels = 4, Positions = Small.Fourier(7) with { Order = FourierOrder.AxisByAxis, SineOnly = true } }),
        ];
        Assert.All(configs, config => Assert.Equal(config, PerceiverConfig.FromJson(config.ToJson())));
        Assert.Equal(configs.Length, configs.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"Preprocessor\":{\"kind\":\"smell\"}}")]
    [InlineData("{\"Preprocessor\":{\"kind\":\"pixels\"},\"Latentz\":3}")]
    [InlineData("{\"Preprocessor\":{\"kind\":\"pixels\"},\"Latents\":-3}")]
    [InlineData("{\"Preprocessor\":{\"kind\":\"multimodal\",\"Modalities\":{}}}")]
    [InlineData("{\"Preprocessor\":{\"kind\":\"multimodal\",\"Modalities\":null}}")]
    [InlineData("{\"Preprocessor\":null}")]
    [InlineData("{\"Preprocessor\":{\"kind\":\"pixels\"},\"CrossAttention\":null}")]
    public void Text_that_is_no_configuration_is_refused(string json) =>
        Assert.Throws<ConfigurationException>(() => PerceiverConfig.FromJson(json));

    [Theory]
    [InlineData("null")]
    [InlineData("-1")]
    [InlineData("[]")]
    public void A_wrong_value_anywhere_in_the_text_is_refused_or_makes_a_network(string value)
    {
        foreach (var config in new[] { Small.Multimodal, Small.Video, Small.Text, Small.Learned, Small.Flow })
        {
            var paths = Paths(JsonNode.Parse(config.ToJson())!, []).ToList();
            Assert.True(paths.Count > 25);
            foreach (var path in paths)
            {
                var root = JsonNode.Parse(config.ToJson())!;
                var parent = path[..^1].Aggregate(root, (node, key) => key is int at ? node[at]! : node[(string)key]!);
                var wrong = JsonNode.Parse(value);
                if (path[^1] is int index)
                {
                    parent[index] = wrong;
                }
                else
                {
                    parent[(string)path[^1]] = wrong;
                }

                var thrown = Record.Exception(() => PerceiverConfig.FromJson(root.ToJsonString()));
                Assert.True(thrown is null or ConfigurationException, $"{string.Join('.', path)}: {thrown}");
            }
        }

        static IEnumerable<object[]> Paths(JsonNode? node, object[] at) => node switch
        {
            JsonObject o => o.SelectMany(p => Paths(p.Value, [.. at, p.Key]).Prepend([.. at, p.Key])),
            JsonArray a => a.SelectMany((item, i) => Paths(item, [.. at, i]).Prepend([.. at, i])),
            _ => [],
        };
    }

    [Fact]
    public void Configurations_with_different_numbers_differ()
    {
        Assert.NotEqual(Small.Pixels, Small.Pixels with { Gelu = GeluForm.Exact });
        Assert.NotEqual(Small.Multimodal, Small.Multimodal with { Preprocessor = Modalities with { MinPadding = 5 } });
        Assert.Equal(Small.Pixels.GetHashCode(), (Small.Pixels with { Gelu = GeluForm.Exact }).GetHashCode());
    }

    private static MultimodalConfig Modalities => (MultimodalConfig)Small.Multimodal.Preprocessor;
}
