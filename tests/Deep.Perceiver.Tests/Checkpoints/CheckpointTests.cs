using Deep.Checkpoints;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deep-perceiver-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("safetensors")]
    [InlineData("pth")]
    public void A_saved_network_brings_its_configuration_and_labels(string extension)
    {
        var path = Path.Combine(folder, $"model.{extension}");
        using var network = SmallModels.Network("conv");
        network.Save(path, ["a", "b", "c", "d", "é"]);
        using var read = Perceiver.Load(path);
        Assert.Equal(network.Config, read.Config);
        using var source = Checkpoint.Open(path);
        Assert.Equal(["a", "b", "c", "d", "é"], PerceiverCheckpoint.LabelsOf(source)!);
        Assert.Throws<ConfigurationException>(() => network.Save(path, ["a"]));
        using var flow = SmallModels.Network("flow");
        Assert.Throws<ConfigurationException>(() => flow.Save(path, ["a"]));
    }

    [Fact]
    public void All_differences_stand_in_one_message_and_nothing_is_changed()
    {
        using var scope = NewDisposeScope();
        using var network = SmallModels.Network("text");
        var theirs = PerceiverNames.Map(network.Config, PerceiverNaming.HuggingFace).Export(PerceiverShapes.WeightsOf(network)).ToDictionary();
        theirs.Remove("perceiver.encoder.self_attends.1.mlp.dense1.bias");
        theirs["perceiver.encoder.self_attends.2.mlp.dense1.bias"] = zeros(8);
        theirs["perceiver.input_preprocessor.embeddings.weight"] = zeros(21, 6);
        var before = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value.bytes.ToArray());
        var error = Assert.Throws<CheckpointException>(() => PerceiverCheckpoint.LoadInto(network, MemoryCheckpoint.Of(theirs)));
        foreach (var part in new[]
        {
            "1 missing: encoder.blocks.0.1.mlp.expand.bias",
            "1 unexpected: perceiver.encoder.self_attends.2.mlp.dense1.bias",
            "perceiver.input_preprocessor.embeddings.weight [21, 6] for preprocessor.embedding.weight [20, 6]",
        })
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }

        Assert.All(network.state_dict(), pair => Assert.True(before[pair.Key].AsSpan().SequenceEqual(pair.Value.bytes)));
    }

    [Fact]
    public void A_damaged_file_is_an_error_wherever_it_ends()
    {
        var (path, cut) = (Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "cut.safetensors"));
        using var network = SmallModels.Network("fourier");
        network.Save(path);
        var bytes = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 5, 8, 200, bytes.Length / 2, bytes.Length - 1 })
        {
            File.WriteAllBytes(cut, bytes[..length]);
            Assert.Throws<CheckpointException>(() => Perceiver.Load(cut));
        }
    }

    [Theory]
    [InlineData("bare", "\"Latents\":3", "\"Latents\":2000000000")]
    [InlineData("bare", "\"LatentChannels\":8", "\"LatentChannels\":2000000000")]
    [InlineData("bare", "\"LayersPerBlock\":2", "\"LayersPerBlock\":2000000000")]
    [InlineData("bare", "\"Blocks\":2", "\"Blocks\":2000000000")]
    [InlineData("bare", "\"Widening\":1", "\"Widening\":2000000000")]
    [InlineData("bare", "\"InputChannels\":6", "\"InputChannels\":2147483647")]
    [InlineData("text", "\"Vocabulary\":20", "\"Vocabulary\":2000000000")]
    [InlineData("learned", "\"Shape\":[4,3]", "\"Shape\":[2000000000,2000000000]")]
    [InlineData("fourier", "\"Bands\":2", "\"Bands\":200000000")]
    [InlineData("conv", "\"ConvChannels\":4", "\"ConvChannels\":2000000000")]
    [InlineData("multimodal", "\"SamplesPerPatch\":4", "\"SamplesPerPatch\":2000000000")]
    public void A_file_that_claims_a_huge_network_costs_nothing(string model, string honest, string claim)
    {
        var path = Path.Combine(folder, "model.safetensors");
        using var network = SmallModels.Network(model);
        var metadata = PerceiverCheckpoint.Metadata(network.Config).ToDictionary();
        var json = metadata[PerceiverCheckpoint.ConfigKey];
        Assert.Contains(honest, json, StringComparison.Ordinal);
        metadata[PerceiverCheckpoint.ConfigKey] = json.Replace(honest, claim, StringComparison.Ordinal);
        Checkpoint.Save(path, PerceiverShapes.WeightsOf(network), metadata);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsAny<DeepException>(() => Perceiver.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData("{\"Name\":1}")]
    [InlineData("not JSON")]
    [InlineData("null")]
    public void A_stored_configuration_that_is_none_is_an_error(string json)
    {
        using var network = SmallModels.Network("bare");
        var path = Path.Combine(folder, "model.safetensors");
        Checkpoint.Save(path, PerceiverShapes.WeightsOf(network),
            new Dictionary<string, string> { [PerceiverCheckpoint.ConfigKey] = json });
        Assert.Throws<ConfigurationException>(() => Perceiver.Load(path));
    }

    [Theory]
    [InlineData("conv", PerceiverNaming.HuggingFace)]
    [InlineData("text", PerceiverNaming.DeepMind)]
    [InlineData("gated", PerceiverNaming.Lucidrains)]
    public void Loading_and_saving_leave_no_tensor_but_the_networks(string model, PerceiverNaming naming)
    {
        var path = Path.Combine(folder, naming == PerceiverNaming.DeepMind ? "model.npz" : "model.bin");
        SaveAndLoad();
        var live = new LiveTensors();
        SaveAndLoad();
        Assert.Equal(0, live.Created);
        Assert.ThrowsAny<DeepException>(() => Perceiver.Load(path, SmallModels.All["fourier"]));
        Assert.Equal(0, live.Created);

        void SaveAndLoad()
        {
            using (var network = SmallModels.Network(model))
            {
                PerceiverCheckpoint.Save(network, path, naming);
            }

            using var read = Perceiver.Load(path, SmallModels.All[model]);
        }
    }

    [Fact]
    public void What_tensors_cannot_say_can_be_chosen()
    {
        using var network = SmallModels.Network("conv");
        var path = Path.Combine(folder, "model.safetensors");
        network.Save(path);
        using var read = Perceiver.Load(path, new PerceiverLoadOptions
        {
            Gelu = GeluForm.Exact,
            ConvSemantics = ConvSemantics.HuggingFace,
            DecoderQueryResidual = false,
            Change = config => config with { MaskedRows = MaskedRows.Uniform },
        });
        Assert.Equal(GeluForm.Exact, read.Config.Gelu);
        Assert.Equal(ConvSemantics.HuggingFace, ((ConvConfig)read.Config.Preprocessor).Semantics);
        Assert.False(read.Config.Decoder!.UseQueryResidual);
        Assert.Equal(MaskedRows.Uniform, read.Config.MaskedRows);
    }

    [Fact]
    public void A_name_that_is_no_model_lists_those_there_are()
    {
        var error = Assert.Throws<ConfigurationException>(() => PerceiverPretrained.Load("vision"));
        Assert.Contains("vision-perceiver-fourier", error.Message, StringComparison.Ordinal);
        var path = Path.Combine(folder, "model.safetensors");
        using var network = SmallModels.Network("text");
        network.Save(path);
        Assert.Equal(network.Config, PerceiverPretrained.ConfigOf(path));
    }
}
