using Deep.Checkpoints;
using Deep.Nowcast;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Nowcast.Checkpoints;

public sealed class DgmrCheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dgmr").FullName;

    private static readonly DgmrConfig Released = DgmrConfig.OpenClimateFix with { ContextChannels = 64, LatentChannels = 64, NoiseChannels = 2, ForecastSteps = 3 };

    private static readonly DgmrConfig Small = DgmrConfig.Paper with
    {
        ContextChannels = 16, LatentChannels = 32, NoiseChannels = 1, ForecastSteps = 3, SpatialFrames = 2, DiscriminatorChannels = 4, SpatialBlocks = 1, TemporalBlocks = 2, InputChannels = 2,
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, DgmrNaming, string> Files => new()
    {
        { "released", DgmrNaming.Deep, "m.safetensors" },
        { "released", DgmrNaming.OpenClimateFix, "m.safetensors" },
        { "released", DgmrNaming.OpenClimateFix, "m.bin" },
        { "released", DgmrNaming.MeteoFrance, "m.pth" },
        { "paper", DgmrNaming.Deep, "m.safetensors" },
        { "paper", DgmrNaming.MeteoFrance, "m.bin" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_written_is_read_back_to_the_bit(string kind, DgmrNaming naming, string file)
    {
        using var scope = NewDisposeScope();
        var config = kind == "released" ? Released : Small;
        using var generator = new Dgmr(config);
        using var discriminator = new DgmrDiscriminator(config);
        DgmrCheckpoint.Save(At(file), generator, discriminator, naming);
        using var read = Dgmr.Load(At(file));
        using var judge = DgmrCheckpoint.Open([At(file)], source => DgmrCheckpoint.LoadDiscriminator(source));
        Assert.Equal(config, read.Config);
        Assert.False(read.training);
        Same(generator, read);
        Same(discriminator, judge);
    }

    [Theory]
    [InlineData("released")]
    [InlineData("paper")]
    public void Without_metadata_the_tensors_tell_the_configuration(string kind)
    {
        using var scope = NewDisposeScope();
        var config = kind == "released" ? Released : Small;
        using var generator = new Dgmr(config);
        using var discriminator = new DgmrDiscriminator(config);
        Checkpoint.Save(At("bare.safetensors"), Joined(generator, discriminator));
        var found = DgmrCheckpoint.Open([At("bare.safetensors")], source => { using var network = DgmrCheckpoint.LoadGenerator(source); return network.Config; });

        // No weight depends on these.
        Assert.Equal(config with { ForecastSteps = 18, SpatialFrames = 8, Name = found.Name }, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("generator.")]
    [InlineData("mixed")]
    public void Shared_tensors_are_found_under_any_of_their_names(string prefix)
    {
        using var scope = NewDisposeScope();
        using var generator = new Dgmr(Released);
        Checkpoint.Save(At("alias.safetensors"), generator.state_dict().ToDictionary(
            entry => (prefix == "mixed" ? entry.Key.StartsWith("conditioning", StringComparison.Ordinal) ? "" : "generator." : prefix) + entry.Key, entry => entry.Value));
        using var read = Dgmr.Load(At("alias.safetensors"));
        Same(generator, read);
    }

    [Fact]
    public void Parts_that_were_published_apart_are_joined()
    {
        using var scope = NewDisposeScope();
        using var generator = new Dgmr(Released);
        Checkpoint.Save(At("c.safetensors"), generator.Conditioning.state_dict());
        Checkpoint.Save(At("l.bin"), generator.Latent.state_dict());
        Checkpoint.Save(At("s.safetensors"), generator.Sampler.state_dict());
        using var read = Dgmr.Load([At("s.safetensors"), At("c.safetensors"), At("l.bin")]);
        Same(generator, read);
        Assert.Contains("sampler.conv_1x1.bias", Assert.Throws<CheckpointException>(() => Dgmr.Load([At("c.safetensors"), At("l.bin")], Released)).Message, StringComparison.Ordinal);
        Assert.Contains("stands in", Assert.Throws<CheckpointException>(() => Dgmr.Load([At("c.safetensors"), At("c.safetensors")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_as_their_library_writes_it_is_read_with_its_lead_times()
    {
        using var scope = NewDisposeScope();
        var config = DgmrConfig.OpenClimateFix with { ContextChannels = 64, LatentChannels = 256, ForecastSteps = 5 };
        using var generator = new Dgmr(config);
        using var discriminator = new DgmrDiscriminator(config);
        DgmrCheckpoint.SaveOpenClimateFix(At("hub"), generator, discriminator, side: 64);

        // Theirs says nothing of ours in the metadata.
        using (var file = Checkpoint.Open(At("hub/model.safetensors")))
        {
            Assert.DoesNotContain(file.Tensors.Keys, name => name.StartsWith("generator.conditioning_stack", StringComparison.Ordinal));
            Assert.Contains("conditioning_stack.d1.conv_1x1.bias", file.Tensors.Keys);
            Assert.Contains("generator.sampler.bn.weight", file.Tensors.Keys);
            Checkpoint.Save(At("hub/model2.safetensors"), file.Tensors.Keys.ToDictionary(name => name, file.Read));
        }

        File.Move(At("hub/model2.safetensors"), At("hub/model.safetensors"), overwrite: true);
        using var read = Dgmr.Load(At("hub"));
        Assert.Equal(config, read.Config);
        Same(generator, read);
        using var other = new Dgmr(Small);
        Assert.Throws<ConfigurationException>(() => DgmrCheckpoint.SaveOpenClimateFix(At("other"), other, discriminator));
        File.WriteAllText(At("hub/config.json"), "{\"forecast_steps\": -1}");
        Assert.Contains("forecast_steps", Assert.Throws<ConfigurationException>(() => Dgmr.Load(At("hub"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_do_not_fit_say_what_is_wrong()
    {
        using var scope = NewDisposeScope();
        using var generator = new Dgmr(Released);
        var state = generator.state_dict();
        state.Remove("sampler.g2.bn1.weight");
        state["sampler.extra"] = zeros(1);
        Checkpoint.Save(At("wrong.safetensors"), state);
        var message = Assert.Throws<CheckpointException>(() => Dgmr.Load(At("wrong.safetensors"))).Message;
        Assert.Contains("sampler.g2.bn1.weight", message, StringComparison.Ordinal);
        Assert.Contains("sampler.extra", message, StringComparison.Ordinal);

        Checkpoint.Save(At("huge.safetensors"), new Dictionary<string, Tensor> { ["sampler.bn.bias"] = zeros(1) },
            new Dictionary<string, string> { [DgmrCheckpoint.ConfigKey] = (DgmrConfig.Paper with { ContextChannels = 8192, LatentChannels = 8192 }).ToJson() });
        Assert.Contains("weights, but has 1", Assert.Throws<CheckpointException>(() => Dgmr.Load(At("huge.safetensors"))).Message, StringComparison.Ordinal);

        Checkpoint.Save(At("else.safetensors"), new Dictionary<string, Tensor> { ["weight"] = zeros(1) });
        Assert.Contains("neither a generator", Assert.Throws<CheckpointException>(() => Dgmr.Load(At("else.safetensors"))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("pytorch_model.bin", Assert.Throws<CheckpointException>(() => Dgmr.Load(At("empty"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_the_released_size_gives_the_same_bits_through_both_formats()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = Dgmr.Uninitialized(DgmrConfig.OpenClimateFix, null);
        random.manual_seed(1);
        foreach (var tensor in generator.state_dict().Values.Where(tensor => tensor.is_floating_point()))
        {
            tensor.uniform_(0.01, 0.02);
        }

        DgmrCheckpoint.Save(At("full.safetensors"), generator);
        DgmrCheckpoint.Save(At("full.bin"), generator);
        using var first = Dgmr.Load(At("full.safetensors"));
        using var second = Dgmr.Load(At("full.bin"));
        Same(generator, first);
        Same(generator, second);
        Assert.Equal(53_566_957, first.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(4_210_440, first.Conditioning.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(7_228_305, first.Latent.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(42_128_212, first.Sampler.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void The_released_discriminators_have_their_parameters()
    {
        using var scope = NewDisposeScope();
        using var discriminator = DgmrDiscriminator.Uninitialized(DgmrConfig.OpenClimateFix, META);
        Assert.Equal(22_205_425, discriminator.Spatial.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(22_499_185, discriminator.Temporal.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void Loading_and_failing_to_load_leave_no_tensor()
    {
        using (var generator = new Dgmr(Released))
        {
            generator.Save(At("m.safetensors"));
        }

        var live = new LiveTensors();
        Dgmr.Load(At("m.safetensors")).Dispose();
        Assert.Throws<CheckpointException>(() => Dgmr.Load(At("m.safetensors"), Small));
        Assert.Equal(0, live.Created);
    }

    private string At(string name) => Path.Combine(folder, name);

    private static Dictionary<string, Tensor> Joined(Dgmr generator, DgmrDiscriminator discriminator) =>
        generator.state_dict().Concat(discriminator.state_dict().Select(entry => KeyValuePair.Create("discriminator." + entry.Key, entry.Value))).ToDictionary();

    private static void Same(nn.Module expected, nn.Module actual)
    {
        var theirs = actual.state_dict();
        Assert.All(expected.state_dict(), entry => Assert.True(entry.Value.Equals(theirs[entry.Key]), entry.Key));
    }
}
