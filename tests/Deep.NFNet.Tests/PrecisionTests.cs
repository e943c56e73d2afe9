using Deep.NFNets;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public sealed class PrecisionTests
{
    private static readonly NFNetConfig Tiny = NFNetConfig.TestNFNet with { Classes = 7 };

    [Fact]
    public void A_network_moved_to_another_precision_uses_the_moved_parameters()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Tiny);
        network.eval();
        var x = randn(2, 3, 64, 64, generator: new Generator(1));
        var expected = network.call(x);

        network.to(ScalarType.Float64);
        var actual = network.call(x.to(ScalarType.Float64));

        Assert.Equal(ScalarType.Float64, actual.dtype);
        Assert.True(actual.sub(expected).abs().max().item<double>() < 1e-4);
    }

    [Fact]
    public void Bf16_pictures_with_f32_weights_give_f32_logits_near_the_exact_ones_and_f32_gradients()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(NFNetConfig.F0 with
        {
            Classes = 5,
            Stages = [new NFNetStage(1, 32, 1) { GroupWidth = 16 }],
            Stem = Tiny.Stem,
            FinalChannels = 64
        });
        network.eval();
        var x = randn(2, 3, 32, 32, generator: new Generator(2));
        var exact = network.call(x);

        var mixed = network.call(ChannelsLast.Of(x.to(ScalarType.BFloat16)));
        mixed.sum().backward();

        Assert.Equal(ScalarType.Float32, mixed.dtype);
        Assert.True(mixed.sub(exact).norm().item<float>() < 0.05f * exact.norm().item<float>());
        Assert.NotEqual(0, mixed.sub(exact).abs().max().item<float>());
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.grad!.dtype));
    }

    [Fact]
    public void Other_mixtures_of_precisions_are_refused_with_both_named()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Tiny);
        var error = Assert.Throws<ShapeException>(() => network.call(zeros(1, 3, 64, 64, ScalarType.Float64)));
        Assert.Contains("Float32", error.Message, StringComparison.Ordinal);
        Assert.Contains("Float64", error.Message, StringComparison.Ordinal);
    }
}
