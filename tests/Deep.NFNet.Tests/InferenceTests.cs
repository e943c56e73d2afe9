using Deep.NFNets;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public class InferenceTests
{
    private static readonly NFNetConfig Timm = Small.Config with { Name = "timm", Numerics = Numerics.Timm, StandardizationEpsilon = 1e-5 };

    public static TheoryData<string> Names => [.. Configs().Select(config => config.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_frozen_network_gives_the_numbers_of_the_trained_one(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Build(name);
        using var frozen = network.ForInference();
        foreach (var (batch, height, width) in new[] { (1, 32, 32), (3, 37, 50) })
        {
            var x = randn(batch, network.Config.InputChannels, height, width, device: TestDevice.Current);
            Near(network.call(x), frozen.Forward(x), 1e-5);
            Near(network.Pooled(x), frozen.Pooled(x), 1e-5);
            Near(network.ForwardFeatures(x), frozen.ForwardFeatures(x), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void So_it_does_by_plain_operators(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Build(name);
        using var frozen = network.ForInference(new InferenceOptions { Fused = false });
        var x = randn(2, network.Config.InputChannels, 33, 32, device: TestDevice.Current);
        Near(network.call(x), frozen.Forward(x), 1e-5);
    }

    [Theory]
    [InlineData("small")]
    [InlineData("timm")]
    [InlineData("channel attention")]
    [InlineData("bottleneck attention")]
    public void Bf16_stays_within_one_percent(string name)
    {
        if (!Precisions.IsNative(Precision.BFloat16, CPU))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var network = Build(name);
        using var frozen = network.ForInference(new InferenceOptions { Precision = Precision.BFloat16 });
        var x = randn(4, network.Config.InputChannels, 32, 32, device: TestDevice.Current);
        var (expected, found) = (network.call(x), frozen.Forward(x));
        Assert.Equal(ScalarType.Float32, found.dtype);
        Assert.InRange(((found - expected).norm() / expected.norm()).item<float>(), 1e-6, 1e-2);
    }

    [Fact]
    public void A_branch_with_a_skip_gain_of_zero_is_left_out()
    {
        using var scope = NewDisposeScope();
        using var network = Build("small");
        using (no_grad())
        {
            foreach (var block in network.Blocks)
            {
                block.SkipInitGain!.zero_();
            }
        }

        using var frozen = network.ForInference();
        var x = randn(2, 3, 32, 32, device: TestDevice.Current);
        Near(network.call(x), frozen.Forward(x), 1e-5);
    }

    [Fact]
    public void It_outlives_the_network_that_it_came_from()
    {
        using var scope = NewDisposeScope();
        var network = Build("small");
        var x = randn(2, 3, 32, 32, device: TestDevice.Current);
        var expected = network.call(x);
        using var frozen = network.ForInference();
        network.Dispose();
        Near(expected, frozen.Forward(x), 1e-5);
    }

    [Fact]
    public void Many_threads_get_what_one_gets()
    {
        using var network = Build("small");
        using var frozen = network.ForInference();
        var inputs = Enumerable.Range(0, 6).Select(i => randn(1 + (i % 3), 3, 32, 32, device: TestDevice.Current)).ToArray();
        var expected = inputs.Select(x => frozen.Forward(x)).ToArray();
        Parallel.For(0, 96, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var found = frozen.Forward(inputs[i % 6]);
            Assert.True(found.equal(expected[i % 6]).all().item<bool>());
        });
    }

    [Theory]
    [InlineData("small")]
    [InlineData("no attention")]
    [InlineData("identity start")]
    public void Predictions_leave_no_tensor_behind(string name)
    {
        using var network = Build(name);
        using var x = randn(2, network.Config.InputChannels, 32, 32, device: TestDevice.Current);
        var live = new LiveTensors();
        var frozen = network.ForInference();
        frozen.Forward(x).Dispose();
        var held = live.Created;
        for (var i = 0; i < 5; i++)
        {
            frozen.Forward(x).Dispose();
            frozen.Pooled(x).Dispose();
            frozen.ForwardFeatures(x).Dispose();
        }

        Assert.Equal(held, live.Created);
        frozen.Dispose();
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void The_caller_keeps_the_pictures_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var network = Build("identity start");
        using var frozen = network.ForInference();
        var x = ChannelsLast.Of(randn(1, 3, 32, 32, device: TestDevice.Current));
        var before = x.clone();
        frozen.Forward(x);
        Assert.True(x.equal(before).all().item<bool>());
    }

    [Fact]
    public void Wrong_pictures_throw_with_their_shape()
    {
        using var network = Build("small");
        using var frozen = network.ForInference();
        using var grey = randn(1, 1, 32, 32, device: TestDevice.Current);
        using var integers = ones([1, 3, 32, 32], ScalarType.Int32);
        using var none = zeros(0, 3, 32, 32);
        Assert.Contains("[1, 1, 32, 32]", Assert.Throws<ShapeException>(() => frozen.Forward(grey)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => frozen.Forward(integers));
        Assert.Throws<ShapeException>(() => frozen.Forward(none));
    }

    private static IEnumerable<NFNetConfig> Configs()
    {
        yield return Small.Config;
        yield return Timm;
        yield return Timm with { Name = "gains in weights", GainInActivation = false, Activation = Activation.Silu, SamePadding = false, SkipGain = false };
        yield return Small.Config with { Name = "no attention", Attention = AttentionKind.None };
        yield return Timm with { Name = "channel attention", Attention = AttentionKind.EfficientChannel };
        yield return Small.Config with { Name = "bottleneck attention", AttentionPlacement = AttentionPlacement.InBottleneck };
        yield return Small.Config with { Name = "one convolution", SecondConv = false, AttentionPlacement = AttentionPlacement.InBottleneck };
        yield return Small.Config with { Name = "max pool", Stem = [new(16, 7, 2)], StemMaxPool = true, Shortcut = ShortcutKind.StridedProjection };
        yield return Timm with { Name = "timm max pool", Stem = [new(8, 3, 2), new(16, 3, 1)], StemMaxPool = true };
        yield return Small.Config with
        {
            Name = "identity start",
            Stem = [new(16, 3, 1)],
            Stages = [new(2, 16, 1) { GroupWidth = 0 }, new(1, 32, 2)
            { GroupWidth = 8 }]
        };
        yield return Small.Config with { Name = "no last convolution", FinalChannels = 0 };
        yield return Small.Config with { Name = "no classes", Classes = 0 };
        yield return Timm with { Name = "output stride 8", Stages = [.. Small.Config.Stages, new(2, 32, 2) { GroupWidth = 8 }], OutputStride = 8 };
        yield return Small.Config with { Name = "grey", InputChannels = 1 };
        foreach (var activation in Enum.GetValues<Activation>())
        {
            yield return Small.Config with { Name = $"activation {activation}", Activation = activation };
        }
    }

    private static NFNet Build(string name)
    {
        manual_seed(11);
        var network = new NFNet(Configs().Single(config => config.Name == name), TestDevice.Current);
        Small.OpenBranches(network);
        using (no_grad())
        {
            foreach (var (parameter, value) in network.named_parameters())
            {
                if (parameter.EndsWith("bias", StringComparison.Ordinal))
                {
                    value.normal_(0, 0.1);
                }
            }
        }

        network.eval();
        return network;
    }

    private static void Near(Tensor expected, Tensor found, double relative)
    {
        Assert.Equal(expected.shape, found.shape);
        var error = ((found - expected).abs().max() / expected.abs().max()).item<float>();
        Assert.True(error <= relative, $"relative error {error}");
    }
}
