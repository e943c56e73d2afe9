using Deep.Checkpoints;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers.Checkpoints;

public sealed class NamingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deep-perceiver-").FullName;

    // Each naming with every model that its source has.
    public static TheoryData<PerceiverNaming, string> Everywhere
    {
        get
        {
            var data = new TheoryData<PerceiverNaming, string>();
            string[] io = ["bare", "text", "text classes", "learned", "fourier", "conv", "average", "flow", "multimodal"];
            foreach (var model in SmallModels.All.Keys)
            {
                data.Add(PerceiverNaming.Deep, model);
            }

            foreach (var model in io)
            {
                data.Add(PerceiverNaming.HuggingFace, model);
                data.Add(PerceiverNaming.DeepMind, model);
            }

            foreach (var model in new[] { "bare", "text", "text classes", "fourier", "flow", "repeated" })
            {
                data.Add(PerceiverNaming.Krasserm, model);
            }

            foreach (var model in new[] { "gated", "gated tied", "gated io" })
            {
                data.Add(PerceiverNaming.Lucidrains, model);
            }

            return data;
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Weights_come_back_from_every_naming_to_the_bit(PerceiverNaming naming, string model)
    {
        using var scope = NewDisposeScope();
        using var network = SmallModels.Network(model);
        var extension = naming == PerceiverNaming.DeepMind ? "pickle" : "safetensors";
        var path = Path.Combine(folder, $"model.{extension}");
        PerceiverCheckpoint.Save(network, path, naming);
        using (var source = Checkpoint.Open(path))
        {
            Assert.Equal(naming, PerceiverNames.NamingOf(source.Tensors.Keys));
        }

        using var read = Perceiver.Load(path, network.Config);
        AssertSame(network, read);
    }

    [Theory]
    [InlineData("bin", PerceiverNaming.HuggingFace)]
    [InlineData("npz", PerceiverNaming.DeepMind)]
    [InlineData("pth", PerceiverNaming.Krasserm)]
    [InlineData("pt", PerceiverNaming.Deep)]
    public void Weights_come_back_from_every_format(string extension, PerceiverNaming naming)
    {
        using var network = SmallModels.Network("text");
        var path = Path.Combine(folder, $"model.{extension}");
        PerceiverCheckpoint.Save(network, path, naming);
        using var read = Perceiver.Load(path, network.Config);
        AssertSame(network, read);
    }

    [Theory]
    [InlineData(PerceiverNaming.HuggingFace, "text", "model.", false)]
    [InlineData(PerceiverNaming.Krasserm, "text", "backend_model.", false)]
    [InlineData(PerceiverNaming.Krasserm, "repeated", "model.", false)]
    [InlineData(PerceiverNaming.Lucidrains, "gated io", "perceiver_io.", false)]
    [InlineData(PerceiverNaming.DeepMind, "flow", "params/", false)]
    [InlineData(PerceiverNaming.DeepMind, "multimodal", "params/", false)]
    [InlineData(PerceiverNaming.HuggingFace, "bare", "perceiver.", true)]
    public void A_wrapper_around_the_names_is_seen_through(
        PerceiverNaming naming, string model, string wrapper, bool removed)
    {
        using var scope = NewDisposeScope();
        using var network = SmallModels.Network(model);
        var theirs = Export(network, naming).ToDictionary(
            pair => removed ? pair.Key[wrapper.Length..] : wrapper + pair.Key, pair => pair.Value);
        using var read = PerceiverCheckpoint.Load(MemoryCheckpoint.Of(theirs), new() { Config = network.Config });
        AssertSame(network, read);
    }

    [Fact]
    public void The_averages_of_a_batch_norm_stand_in_the_state_of_DeepMinds_files()
    {
        using var scope = NewDisposeScope();
        using var network = SmallModels.Network("conv");
        var theirs = Export(network, PerceiverNaming.DeepMind).ToDictionary();
        var average = theirs["state/image_preprocessor/~/conv2_d_downsample/~/batchnorm/~/mean_ema/average"];
        Assert.Equal([1, 1, 1, 4], average.shape);
        Assert.Equal([7, 7, 3, 4], theirs["params/image_preprocessor/~/conv2_d_downsample/~/conv/w"].shape);
        theirs["state/image_preprocessor/~/conv2_d_downsample/~/batchnorm/~/mean_ema/counter"] = zeros(1);
        theirs["state/image_preprocessor/~/conv2_d_downsample/~/batchnorm/~/var_ema/hidden"] = zeros(1, 1, 1, 4);
        using var read = PerceiverCheckpoint.Load(MemoryCheckpoint.Of(theirs), new() { Config = network.Config });
        AssertSame(network, read);
    }

    [Fact]
    public void Hugging_Faces_kernels_are_turned_back_unless_their_own_arithmetic_is_asked_for()
    {
        using var scope = NewDisposeScope();
        using var network = SmallModels.Network("conv");
        var theirs = Export(network, PerceiverNaming.HuggingFace);
        var kernel = network.state_dict()["preprocessor.conv.weight"];
        Assert.True(kernel.transpose(2, 3).Equals(theirs["perceiver.input_preprocessor.convnet.conv.weight"]));
        var source = MemoryCheckpoint.Of(theirs);
        Assert.True(Kernel(new()).Equals(kernel));
        Assert.True(Kernel(new() { KeepKernels = true }).Equals(kernel.transpose(2, 3)));
        Assert.True(Kernel(new() { ConvSemantics = ConvSemantics.HuggingFace }).Equals(kernel.transpose(2, 3)));

        Tensor Kernel(PerceiverLoadOptions options)
        {
            using var read = PerceiverCheckpoint.Load(source, options with { Config = network.Config });
            return read.state_dict()["preprocessor.conv.weight"].clone();
        }
    }

    [Fact]
    public void Shared_layers_may_be_said_twice_but_not_differently()
    {
        using var scope = NewDisposeScope();
        using var network = SmallModels.Network("gated tied");
        var theirs = Export(network, PerceiverNaming.Lucidrains).ToDictionary();
        foreach (var (name, tensor) in theirs.Where(pair => pair.Key.StartsWith("layers.1.", StringComparison.Ordinal)).ToList())
        {
            theirs["layers.2." + name["layers.1.".Length..]] = tensor;
            theirs["layers.3." + name["layers.1.".Length..]] = tensor;
        }

        using var read = PerceiverCheckpoint.Load(MemoryCheckpoint.Of(theirs), new() { Config = network.Config });
        AssertSame(network, read);
        theirs["layers.3.0.norm.bias"] = theirs["layers.3.0.norm.bias"].Plus(1);
        var error = Assert.Throws<CheckpointException>(() =>
            PerceiverCheckpoint.Load(MemoryCheckpoint.Of(theirs), new() { Config = network.Config }));
        Assert.Contains("layers.3.0.norm.bias and layers.1.0.norm.bias", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PerceiverNaming.HuggingFace, "repeated")]
    [InlineData(PerceiverNaming.DeepMind, "repeated")]
    [InlineData(PerceiverNaming.DeepMind, "gated")]
    [InlineData(PerceiverNaming.Krasserm, "multimodal")]
    [InlineData(PerceiverNaming.Krasserm, "conv")]
    [InlineData(PerceiverNaming.Lucidrains, "conv")]
    public void A_naming_without_a_place_for_a_network_says_so(PerceiverNaming naming, string model) =>
        Assert.Throws<ConfigurationException>(() => PerceiverNames.Map(SmallModels.All[model], naming));

    private static IReadOnlyDictionary<string, Tensor> Export(Perceiver network, PerceiverNaming naming) =>
        PerceiverNames.Map(network.Config, naming).Export(PerceiverShapes.WeightsOf(network));

    private static void AssertSame(Perceiver expected, Perceiver actual)
    {
        using var scope = NewDisposeScope();
        Assert.False(actual.training);
        var (theirs, ours) = (PerceiverShapes.WeightsOf(expected), PerceiverShapes.WeightsOf(actual));
        Assert.Equal(theirs.Keys, ours.Keys);
        Assert.All(theirs, pair => Assert.True(pair.Value.Equals(ours[pair.Key]), pair.Key));
    }
}
