using Deep.Checkpoints;
using Deep.Nowcast;
using Deep.Tensors;
using Deep.Tests.Nowcast.Radar;
using static TorchSharp.torch;

namespace Deep.Tests.Nowcast.Checkpoints;

/// <summary>Reading and writing the public layouts.</summary>
public sealed class DgmrCheckpointTests
{
    private static DgmrConfig Small => DgmrConfig.OpenClimateFix with
    {
        ContextChannels = 16,
        LatentChannels = 64,
        NoiseChannels = 2,
        ForecastSteps = 2,
        DiscriminatorChannels = 4,
        SpatialBlocks = 1,
        TemporalBlocks = 1,
    };

    [Theory]
    [InlineData("model.safetensors", DgmrNaming.Deep)]
    [InlineData("model.safetensors", DgmrNaming.OpenClimateFix)]
    [InlineData("model.bin", DgmrNaming.OpenClimateFix)]
    [InlineData("model.safetensors", DgmrNaming.MeteoFrance)]
    [InlineData("model.pth", DgmrNaming.MeteoFrance)]
    public void Every_layout_gives_the_same_bits_back(string name, DgmrNaming naming)
    {
        using var folder = new TemporaryFolder();
        using var generator = new Dgmr(Small);
        using var discriminator = new DgmrDiscriminator(Small);
        var path = folder.At(name);
        DgmrCheckpoint.Save(generator, path, discriminator, naming);
        using var generatorBack = Dgmr.Load(path);
        using var discriminatorBack = DgmrDiscriminator.Load(path);
        Assert.Equal(Small, generatorBack.Config);
        AssertSame(generator, generatorBack);
        AssertSame(discriminator, discriminatorBack);
    }

    [Fact]
    public void A_PyTorch_file_has_every_alias_and_a_safetensors_file_each_tensor_once()
    {
        using var folder = new TemporaryFolder();
        using var generator = Dgmr.Uninitialized(DgmrConfig.OpenClimateFix, META);
        Assert.Equal(346, generator.state_dict().Count);
        using var small = new Dgmr(Small);
        using var discriminator = DgmrDiscriminator.Uninitialized(DgmrConfig.OpenClimateFix, META);
        Assert.Equal(162, discriminator.state_dict().Count);
        var (bin, safe) = (folder.At("a.bin"), folder.At("a.safetensors"));
        small.Save(bin);
        small.Save(safe);
        using var whole = Checkpoint.Open(bin);
        using var once = Checkpoint.Open(safe);
        Assert.Equal(2 * 346, whole.Tensors.Count);
        Assert.Equal(346, once.Tensors.Count);
        Assert.Contains("generator.sampler.g1.conv_1x1.bias", once.Tensors.Keys);
        Assert.Contains("conditioning_stack.d1.conv_1x1.bias", once.Tensors.Keys);
        Assert.Equal("generator.sampler.bn.weight", once.Metadata["sampler.bn.weight"]);
    }

    [Fact]
    public void Tensors_alone_show_the_configuration()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model.safetensors");
        foreach (var config in new[] { Small, Small with { UnusedShortcuts = false, GeneratorHidden = HiddenWidth.Output, DiscriminatorHidden = HiddenWidth.Input } })
        {
            using var generator = new Dgmr(config);
            Checkpoint.Save(path, generator.state_dict());
            File.WriteAllText(folder.At("config.json"), """{"forecast_steps": 2, "latent_channels": 64, "visualize": false}""");
            using var back = Dgmr.Load(path);
            AssertSame(generator, back);
            Assert.Equal((2, 16, 64, 2, 4), (back.Config.ForecastSteps, back.Config.ContextChannels, back.Config.LatentChannels, back.Config.NoiseChannels, back.Config.ContextFrames));
            Assert.Equal((config.GeneratorHidden, config.DiscriminatorHidden), (back.Config.GeneratorHidden, back.Config.DiscriminatorHidden));
            Assert.Equal(config.UnusedShortcuts ? AttentionAxes.OpenClimateFix : AttentionAxes.Spatial, back.Config.Attention);
        }
    }

    [Fact]
    public void Parts_that_are_published_apart_make_one_generator()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Dgmr(Small);
        string[] parts = ["conditioning_stack.", "latent_stack.", "sampler."];
        string[] paths = [.. parts.Select((_, index) => folder.At($"{index}.safetensors"))];
        for (var i = 0; i < parts.Length; i++)
        {
            Checkpoint.Save(paths[i], generator.state_dict().Where(pair => pair.Key.StartsWith(parts[i], StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[parts[i].Length..], pair => pair.Value));
        }

        using var back = Dgmr.LoadParts(paths[0], paths[1], paths[2]);
        AssertSame(generator, back);
        Assert.Throws<CheckpointException>(() => Dgmr.Load(paths[0]));
    }

    [Fact]
    public void A_folder_as_the_hub_has_it_is_written_and_read()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Dgmr(Small);
        DgmrCheckpoint.SaveFolder(generator, folder.At(""));
        using var back = Dgmr.Load(folder.At(""));
        AssertSame(generator, back);
        Assert.Throws<CheckpointException>(() => DgmrDiscriminator.Load(folder.At("")));
    }

    [Fact]
    public void What_does_not_fit_is_one_clear_exception()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Dgmr(Small);
        var path = folder.At("model.safetensors");
        var state = generator.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value);

        state.Remove("sampler.bn.weight");
        Checkpoint.Save(path, state);
        Assert.Contains("sampler.bn.weight", Assert.Throws<CheckpointException>(() => Dgmr.Load(path)).Message, StringComparison.Ordinal);

        state = generator.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value);
        using var other = state["sampler.bn.weight"].add(1);
        state.Add("generator.sampler.bn.weight", other);
        Checkpoint.Save(path, state);
        Assert.Contains("different values", Assert.Throws<CheckpointException>(() => Dgmr.Load(path)).Message, StringComparison.Ordinal);

        state = generator.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value);
        Checkpoint.Save(path, state, new Dictionary<string, string> { [DgmrCheckpoint.ConfigKey] = (Small with { LatentChannels = 1 << 15 }).ToJson() });
        Assert.Throws<CheckpointException>(() => Dgmr.Load(path));

        Checkpoint.Save(path, state, new Dictionary<string, string> { [DgmrCheckpoint.ConfigKey] = "{" });
        Assert.Throws<ConfigurationException>(() => Dgmr.Load(path));

        Checkpoint.Save(path, state);
        File.WriteAllText(folder.At("config.json"), """{"latent_channels": 768}""");
        Assert.Contains("768", Assert.Throws<CheckpointException>(() => Dgmr.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.At("config.json"), "[1");
        Assert.Throws<CheckpointException>(() => Dgmr.Load(path));
        Assert.Throws<CheckpointException>(() => Dgmr.Load(folder.At("none.bin")));
    }

    [Fact]
    public void Loading_and_saving_leave_no_tensor_behind()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model.bin");
        Work();
        var live = new LiveTensors();
        Work();
        Assert.Equal(0, live.Created);

        void Work()
        {
            using var generator = new Dgmr(Small);
            generator.Save(path);
            using var back = Dgmr.Load(path);
        }
    }

    private static void AssertSame(nn.Module expected, nn.Module actual)
    {
        var (ours, theirs) = (expected.state_dict(), actual.state_dict());
        Assert.Equal(ours.Keys.Order(StringComparer.Ordinal), theirs.Keys.Order(StringComparer.Ordinal));
        Assert.All(ours, pair => Assert.True(pair.Value.Equals(theirs[pair.Key]), pair.Key));
    }
}
