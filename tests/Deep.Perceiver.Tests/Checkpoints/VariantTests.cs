using System.Globalization;
using Deep.Checkpoints;
using Deep.Perceivers;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Checkpoints;

public sealed class VariantTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deep-perceiver-").FullName;

    public static TheoryData<int, PerceiverNaming> PublishedFiles
    {
        get
        {
            var data = new TheoryData<int, PerceiverNaming>();
            for (var i = 0; i < PerceiverVariants.Published.Count; i++)
            {
                data.Add(i, PerceiverNaming.DeepMind);
                data.Add(i, PerceiverNaming.HuggingFace);
                if (PerceiverVariants.Published[i].Preprocessor is TextConfig or PixelsConfig or PatchesConfig)
                {
                    data.Add(i, PerceiverNaming.Krasserm);
                }
            }

            return data;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(PublishedFiles))]
    public void A_published_model_is_recognised_by_its_tensors(int index, PerceiverNaming naming)
    {
        var published = PerceiverVariants.Published[index];
        var found = PerceiverVariants.ConfigOf(Empty(WithClasses(published, 17), naming));
        Assert.Equal(WithClasses(published, 17).Preprocessor, found.Preprocessor);
        Assert.Equal(published.Name, found.Name);
        Assert.Equal(naming == PerceiverNaming.DeepMind ? GeluForm.Tanh : GeluForm.Exact, found.Gelu);
        Assert.Equal(naming == PerceiverNaming.DeepMind ? MaskedRows.Zero : MaskedRows.Uniform, found.MaskedRows);
        if (published.Decoder is ClassificationDecoderConfig decoder)
        {
            var read = Assert.IsType<ClassificationDecoderConfig>(found.Decoder);
            Assert.Equal(17, read.Classes);
            Assert.Equal(naming != PerceiverNaming.DeepMind || decoder.UseQueryResidual, read.UseQueryResidual);
        }
    }

    [Fact]
    public void A_file_of_no_published_model_asks_for_the_configuration()
    {
        var error = Assert.Throws<CheckpointException>(() =>
            PerceiverVariants.ConfigOf(Empty(SmallModels.All["text"], PerceiverNaming.HuggingFace)));
        Assert.Contains("give the configuration", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PerceiverForMaskedLM", 201_108_230)]
    [InlineData("PerceiverForSequenceClassification", null)]
    [InlineData("PerceiverForImageClassificationLearned", 62_255_848)]
    [InlineData("PerceiverForImageClassificationFourier", 48_440_627)]
    [InlineData("PerceiverForImageClassificationConvProcessing", 48_646_522)]
    [InlineData("PerceiverForOpticalFlow", 41_057_134)]
    [InlineData("PerceiverForMultimodalAutoencoding", 19_858_855)]
    public void Hugging_Faces_settings_make_their_models(string architecture, int? parameters)
    {
        var config = PerceiverVariants.FromHuggingFace(Settings(architecture), architecture);
        var shapes = PerceiverShapes.Of(config);
        var count = shapes.Where(pair => !pair.Key.Contains(".running_", StringComparison.Ordinal))
            .Sum(pair => pair.Value.Aggregate(1L, (product, size) => product * size));
        Assert.Equal(parameters ?? count, count);
        Assert.Equal(GeluForm.Exact, config.Gelu);
    }

    [Fact]
    public void The_settings_beside_a_file_say_what_tensors_cannot()
    {
        using var scope = NewDisposeScope();
        var config = PerceiverVariants.FromHuggingFace(
            """{"num_latents":3,"d_latents":8,"d_model":6,"num_blocks":5,"num_self_attends_per_block":2,"num_self_attention_heads":4,"num_cross_attention_heads":2,"hidden_act":"gelu_new","vocab_size":20,"max_position_embeddings":9,"num_labels":3}""",
            "PerceiverForSequenceClassification");
        using var network = new Perceiver(config);
        var path = Path.Combine(folder, "model.safetensors");
        Checkpoint.Save(path, PerceiverNames.Map(config, PerceiverNaming.HuggingFace).Export(PerceiverShapes.WeightsOf(network)));
        File.WriteAllText(Path.Combine(folder, "config.json"),
            """{"architectures":["PerceiverForSequenceClassification"],"model_type":"perceiver","num_latents":3,"d_latents":8,"d_model":6,"num_blocks":5,"num_self_attends_per_block":2,"num_self_attention_heads":4,"num_cross_attention_heads":2,"hidden_act":"gelu_new","vocab_size":20,"max_position_embeddings":9,"id2label":{"0":"zero","1":"one","2":"two"}}""");
        using var read = Perceiver.Load(path);
        Assert.Equal(config, read.Config);
        Assert.Equal(5, read.Config.Blocks);
        using var source = Checkpoint.Open(path);
        Assert.Equal(["zero", "one", "two"], PerceiverCheckpoint.LabelsOf(source)!);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"architectures":["PerceiverForSequenceClassification"],"d_latents":-8}""");
        Assert.Contains("d_latents", Assert.Throws<ConfigurationException>(() => Perceiver.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "config.json"), "[");
        Assert.Throws<ConfigurationException>(() => Perceiver.Load(path));
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"model_type":"bert"}""");
        Assert.Throws<CheckpointException>(() => Perceiver.Load(path));
    }

    [Theory]
    [InlineData("text", """
        {"num_latents":3,"num_latent_channels":8,"activation_checkpointing":false,"encoder":{"vocab_size":20,"max_seq_len":9,
        "num_input_channels":6,"num_cross_attention_heads":1,"num_cross_attention_qk_channels":6,"num_cross_attention_v_channels":null,
        "num_self_attention_heads":2,"num_self_attention_layers_per_block":2,"num_self_attention_blocks":2},
        "decoder":{"vocab_size":20,"max_seq_len":9,"num_output_query_channels":null,"num_cross_attention_heads":2,
        "num_cross_attention_qk_channels":4,"num_cross_attention_v_channels":6,"cross_attention_residual":false}}
        """)]
    [InlineData("fourier", """
        {"num_latents":3,"num_latent_channels":8,"encoder":{"image_shape":[8,8,3],"num_frequency_bands":2,
        "num_cross_attention_heads":1,"num_self_attention_heads":2,"num_self_attention_layers_per_block":2,
        "num_self_attention_blocks":2},"decoder":{"num_output_queries":1,"num_output_query_channels":8,"num_classes":5,
        "num_cross_attention_heads":1,"cross_attention_residual":true}}
        """)]
    [InlineData("flow", """
        {"num_latents":3,"num_latent_channels":8,"encoder":{"image_shape":[8,8],"num_patch_input_channels":27,
        "num_patch_hidden_channels":6,"num_frequency_bands":2,"num_cross_attention_heads":1,"num_self_attention_heads":2,
        "num_self_attention_layers_per_block":2,"num_self_attention_blocks":2},"decoder":{"image_shape":[8,8],
        "rescale_factor":100.0,"num_cross_attention_heads":1,"num_cross_attention_qk_channels":8,
        "num_cross_attention_v_channels":8,"cross_attention_residual":false}}
        """)]
    public void Krasserms_settings_beside_a_file_make_the_model(string model, string settings)
    {
        using var network = SmallModels.Network(model);
        var path = Path.Combine(folder, "model.safetensors");
        using (NewDisposeScope())
        {
            Checkpoint.Save(path, PerceiverNames.Map(network.Config, PerceiverNaming.Krasserm)
                .Export(PerceiverShapes.WeightsOf(network)).ToDictionary(pair => "backend_model." + pair.Key, pair => pair.Value));
        }

        File.WriteAllText(Path.Combine(folder, "config.json"),
            $$"""{"model_type":"perceiver-io-model","model_config":{{settings}}}""");
        using var read = Perceiver.Load(path);
        Assert.Equal((GeluForm.Exact, MaskedRows.Uniform, 2), (read.Config.Gelu, read.Config.MaskedRows, read.Config.Blocks));
        Assert.Equal(read.Config with { Preprocessor = network.Config.Preprocessor }, read.Config);
        Assert.Equal(PerceiverShapes.Of(network.Config).Keys, PerceiverShapes.Of(read.Config).Keys);
    }

    [Fact]
    public void A_new_output_is_fresh_and_the_body_is_the_files()
    {
        using var scope = NewDisposeScope();
        using var network = SmallModels.Network("text");
        var path = Path.Combine(folder, "model.safetensors");
        PerceiverCheckpoint.Save(network, path, PerceiverNaming.HuggingFace);
        using var read = Perceiver.Load(path, new PerceiverLoadOptions { NewOutput = SmallModels.All["conv"] });
        Assert.Equal(SmallModels.All["conv"].Decoder, read.Config.Decoder);
        Assert.Null(read.Config.Postprocessor);
        Assert.Equal([5, 8], read.Decoder!.Output!.weight!.shape);
        Assert.True(read.Latents.Equals(network.Latents));
        Assert.True(read.state_dict()["encoder.blocks.0.1.mlp.expand.weight"]
            .Equals(network.state_dict()["encoder.blocks.0.1.mlp.expand.weight"]));
        Assert.InRange(read.Decoder.Output.weight!.abs().max().item<float>(), 0.01f, 0.9f);
    }

    [Theory]
    [InlineData("{}", "architectures")]
    [InlineData("""{"architectures":["BertModel"]}""", "BertModel")]
    [InlineData("""{"architectures":["PerceiverModel"],"hidden_act":"relu"}""", "hidden_act")]
    [InlineData("""{"architectures":["PerceiverModel"],"num_blocks":1.5}""", "num_blocks")]
    [InlineData("""{"architectures":["PerceiverModel"],"num_latents":99999999999}""", "num_latents")]
    [InlineData("""{"architectures":["PerceiverModel"],"cross_attention_shape_for_attention":"k"}""", "cross_attention_shape")]
    [InlineData("""{"architectures":["PerceiverForOpticalFlow"],"train_size":[0,4]}""", "train_size")]
    [InlineData("""{"architectures":["PerceiverModel"],"num_self_attention_heads":7}""", "Heads")]
    public void Settings_that_make_no_network_are_named(string json, string named) => Assert.Contains(
        named, Assert.Throws<ConfigurationException>(() => PerceiverVariants.FromHuggingFace(json)).Message,
        StringComparison.Ordinal);

    private static string Settings(string architecture)
    {
        const string Image = """
            "num_latents":512,"d_latents":1024,"num_blocks":8,"num_self_attends_per_block":6,"num_self_attention_heads":8,"num_cross_attention_heads":1,"image_size":224,"num_labels":1000
            """;
        return "{" + architecture switch
        {
            "PerceiverForOpticalFlow" => """
                "num_latents":2048,"d_latents":512,"num_blocks":1,"num_self_attends_per_block":24,"num_self_attention_heads":16,"num_cross_attention_heads":1
                """,
            "PerceiverForMultimodalAutoencoding" => """
                "num_latents":784,"d_latents":512,"num_blocks":1,"num_self_attends_per_block":8,"num_self_attention_heads":8,"num_cross_attention_heads":1,"num_labels":700
                """,
            _ when architecture.Contains("Image", StringComparison.Ordinal) => Image,
            _ => """
                "qk_channels":256,"v_channels":1280
                """,
        } + "}";
    }

    private static PerceiverConfig WithClasses(PerceiverConfig config, int classes) => config with
    {
        Decoder = config.Decoder is ClassificationDecoderConfig decoder ? decoder with { Classes = classes } : config.Decoder,
    };

    // The names and shapes of a file, without values.
    private static MemoryCheckpoint Empty(PerceiverConfig config, PerceiverNaming naming)
    {
        var shapes = PerceiverShapes.Of(config);
        return new(PerceiverNames.Map(config, naming).Mappings.Select(line =>
            (line.Theirs, (line.Transform ?? TensorTransform.Identity).InvertShape(shapes[line.Ours!])!)), (name, _) =>
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{name} was read")));
    }
}
