using Deep.Checkpoints;
using Deep.NFNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public class CheckpointTests
{
    public static TheoryData<string> EveryVariant => [.. NFNetConfig.Variants.Keys];

    public static TheoryData<NFNetNaming> EveryNaming => [.. Enum.GetValues<NFNetNaming>()];

    [Theory]
    [MemberData(nameof(EveryVariant))]
    public void A_variant_is_recognised_by_its_tensors(string name)
    {
        var variant = NFNetConfig.Variants[name] with { Classes = 17, InputChannels = 1 };
        var naming = variant.Numerics == Numerics.DeepMind ? NFNetNaming.Haiku : NFNetNaming.Timm;
        Assert.Equal(variant, NFNetVariants.ConfigOf(Empty(variant, naming)));
    }

    [Fact]
    public void Haiku_modules_are_counted_as_DeepMinds_files_have_them()
    {
        for (var level = 0; level < 8; level++)
        {
            var map = NFNetNames.Map(NFNetConfig.Variants[$"F{level}"], NFNetNaming.Haiku);
            Assert.Equal(10 + (84 * (level + 1)),
                map.Mappings.Select(line => line.Theirs[..line.Theirs.LastIndexOf('/')]).Distinct().Count());
        }
    }

    [Fact]
    public void Haiku_names_number_the_blocks_through_all_stages()
    {
        var map = NFNetNames.Map(NFNetConfig.F0, NFNetNaming.Haiku).Mappings.ToDictionary(line => line.Theirs, line =>
            line.Ours);
        Assert.Equal("stages.0.0.conv1.weight", map["NFNet/~/nf_block/~/conv0/w"]);
        Assert.Equal("stages.2.1.conv2b.gain", map["NFNet/~/nf_block_4/~/conv1b/gain"]);
        Assert.Equal("stages.3.0.downsample.conv.bias", map["NFNet/~/nf_block_9/~/conv_shortcut/bias"]);
        Assert.Equal("stages.3.2.attn_last.fc2.weight", map["NFNet/~/nf_block_11/~/squeeze_excite/~/linear_1/w"]);
        Assert.Equal("stages.1.0.skipinit_gain", map["NFNet/~/nf_block_1/skip_gain"]);
        Assert.Equal("head.fc.weight", map["NFNet/~/linear/w"]);
        Assert.Equal("stages.0.0.conv1.weight",
            NFNetNames.Map(NFNetConfig.F0, NFNetNaming.HaikuFlat).Mappings.Single(line =>
                line.Theirs == "NFNet.nf_block.conv0.w").Ours);
    }

    [Theory]
    [MemberData(nameof(EveryNaming))]
    public void Weights_come_back_from_every_naming_to_the_bit(NFNetNaming naming)
    {
        using var scope = NewDisposeScope();
        var config = naming == NFNetNaming.TimmFeatures ? Small.Config with { Classes = 0 } : Small.Config;
        using var network = new NFNet(config);
        Small.OpenBranches(network);
        var theirs = NFNetNames.Map(config, naming).Export(network.state_dict());
        Assert.Equal(naming, NFNetNames.NamingOf(theirs.Keys));
        using var source = MemoryCheckpoint.Of(theirs);
        using var read = NFNetCheckpoint.Load(source, new() { Config = config });
        AssertEqual(network, read);
        Assert.False(read.training);
    }

    [Theory]
    [InlineData(".safetensors")]
    [InlineData(".pth")]
    public void A_saved_network_brings_its_configuration_and_labels(string extension)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("small" + extension);
        using var network = new NFNet(Small.Config);
        network.Save(path, ["a", "b", "c", "d", "é"]);
        using var read = NFNet.Load(path);
        Assert.Equal(Small.Config, read.Config);
        AssertEqual(network, read);
        using var source = Checkpoint.Open(path);
        Assert.Equal(["a", "b", "c", "d", "é"], NFNetCheckpoint.LabelsOf(source)!);
        Assert.Throws<ConfigurationException>(() => network.Save(path, ["a"]));
    }

    [Fact]
    public void A_haiku_file_needs_no_configuration_and_gives_DeepMinds_numerics()
    {
        using var folder = new TemporaryFolder();
        var config = NFNetConfig.NFRegNetB0 with { Classes = 3 };
        using var network = new NFNet(config);
        foreach (var name in new[] { "haiku.npz", "haiku.pkl" })
        {
            var path = folder.File(name);
            NFNetCheckpoint.Save(network, path, name.EndsWith("npz", StringComparison.Ordinal)
                ? NFNetNaming.HaikuFlat : NFNetNaming.Haiku);
            using var read = NFNet.Load(path);
            Assert.Equal(config, read.Config);
            AssertEqual(network, read);
        }
    }

    [Fact]
    public void A_new_head_leaves_the_body_and_is_fresh()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Small.Config);
        using var source = MemoryCheckpoint.Of(network.state_dict());
        using var read = NFNetCheckpoint.Load(source, new() { Config = Small.Config, NewClasses = 7 });
        Assert.Equal([7, 24], read.Head.Classifier!.weight!.shape);
        Assert.Equal(0, read.Head.Classifier.bias!.abs().sum().item<float>());
        Assert.InRange(read.Head.Classifier.weight!.std().item<float>(), 0.005, 0.02);
        Assert.True(read.FinalConv!.Weight.eq(network.FinalConv!.Weight).all().item<bool>());
        using var none = NFNetCheckpoint.Load(source, new() { Config = Small.Config, NewClasses = 0 });
        Assert.Null(none.Head.Classifier);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Other_input_channels_give_what_repeated_pictures_gave(int channels)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = new NFNet(Small.Config);
        Small.OpenBranches(network);
        network.eval();
        using var source = MemoryCheckpoint.Of(network.state_dict());
        using var adapted = NFNetCheckpoint.Load(source, new() { Config = Small.Config, InputChannels = channels });
        Assert.Equal(channels, adapted.Stem.Convs[0].InputChannels);
        var expected = channels == 1 ? network.Stem.Convs[0].Weight.sum(1,
            keepdim: true) : network.Stem.Convs[0].Weight.repeat(1, 2, 1, 1).mul(0.5);
        Assert.True(adapted.Stem.Convs[0].Weight.allclose(expected));
        Assert.True(adapted.FinalConv!.Weight.eq(network.FinalConv!.Weight).all().item<bool>());
    }

    [Fact]
    public void All_differences_are_in_one_message_and_nothing_is_changed()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Small.Config);
        var tensors = network.state_dict().ToDictionary(pair => pair.Key, pair => pair.Value);
        tensors.Remove("final_conv.gain");
        tensors["stranger"] = zeros(1);
        tensors["head.fc.bias"] = zeros(6);
        using var target = new NFNet(Small.Config);
        var before = target.FinalConv!.Weight.clone();
        var error = Assert.Throws<CheckpointException>(() =>
            NFNetCheckpoint.LoadInto(target, MemoryCheckpoint.Of(tensors)));
        Assert.Contains("final_conv.gain", error.Message, StringComparison.Ordinal);
        Assert.Contains("stranger", error.Message, StringComparison.Ordinal);
        Assert.Contains("head.fc.bias", error.Message, StringComparison.Ordinal);
        Assert.True(target.FinalConv.Weight.eq(before).all().item<bool>());
    }

    [Fact]
    public void A_checkpoint_of_no_variant_asks_for_a_configuration()
    {
        using var source = new MemoryCheckpoint([("layer.weight", [3, 3])], (_, shape) => zeros(shape));
        Assert.Contains("give the configuration",
            Assert.Throws<CheckpointException>(() => NFNetCheckpoint.Load(source)).Message, StringComparison.Ordinal);
        using var damaged = new MemoryCheckpoint([("layer.weight", [3, 3])], (_, shape) =>
            zeros(shape), new Dictionary<string, string>
            {
                [NFNetCheckpoint.ConfigKey] = "{",
                [NFNetCheckpoint.LabelsKey] = "{}"
            });
        Assert.Throws<ConfigurationException>(() => NFNetCheckpoint.Load(damaged));
        Assert.Throws<CheckpointException>(() => NFNetCheckpoint.LabelsOf(damaged));
    }

    [Fact]
    public void Efficient_channel_attention_has_no_haiku_names() =>
        Assert.Throws<ConfigurationException>(() => NFNetNames.Map(NFNetConfig.EcaNFNetL0, NFNetNaming.Haiku));

    private static MemoryCheckpoint Empty(NFNetConfig config, NFNetNaming naming)
    {
        var shapes = NFNetCost.Layers(config, 32, 32).SelectMany(layer => layer.NamedParameters).ToDictionary(p =>
            p.Name, p => p.Shape);
        return new(NFNetNames.Map(config, naming).Mappings.Select(line =>
            (line.Theirs, (line.Transform ?? TensorTransform.Identity).InvertShape(shapes[line.Ours!])!)),
                (_, shape) => zeros(shape));
    }

    private static void AssertEqual(NFNet expected, NFNet found)
    {
        var state = found.state_dict();
        Assert.All(expected.state_dict(), pair =>
            Assert.True(pair.Value.eq(state[pair.Key]).all().item<bool>(), pair.Key));
    }
}
