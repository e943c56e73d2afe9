using Deep.NFNets;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public class ModelTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(33, 20)]
    [InlineData(64, 64)]
    public void Any_size_of_one_pixel_or_more_gives_logits_and_the_shapes_of_the_layers_list(int height, int width)
    {
        foreach (var config in new[] { Small.Config,
            Small.Config with { SamePadding = false, Numerics = Numerics.Timm, StemMaxPool = true },
                Small.Config with { OutputStride = 4 } })
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            using var network = new NFNet(config);
            network.eval();
            var x = randn(2, 3, height, width);
            Assert.Equal([2, 5], network.forward(x).shape);
            var last = NFNetCost.Layers(config, height, width).Single(layer => layer.Name == "final_conv");
            Assert.Equal([2, last.Channels, last.Height, last.Width], network.ForwardFeatures(x).shape);
        }
    }

    [Fact]
    public void Fresh_weights_of_squeeze_and_excite_differ_from_each_other()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Small.Config);
        var weights = network.named_parameters().Where(named => named.name.Contains(".attn_last.", StringComparison.Ordinal)
            && named.name.EndsWith("weight", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(weights);
        Assert.All(weights, named =>
        {
            var expected = 0.88 / Math.Sqrt(named.parameter.shape[1]);
            Assert.InRange(named.parameter.std().item<float>(), 0.6 * expected, 1.4 * expected);
        });
    }

    [Fact]
    public void A_small_picture_stem_is_a_mere_configuration()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Small.Config with { Stem = [new(16, 3, 1)] });
        var maps = network.FeaturePyramid(randn(1, 3, 32, 32));
        Assert.Equal([32, 32, 16], maps.Select(map => map.shape[2]));
        Assert.Contains("stem.conv.weight", network.state_dict().Keys);
    }

    [Fact]
    public void A_network_without_classes_returns_pooled_features()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Small.Config with { Classes = 0 });
        network.eval();
        var x = randn(2, 3, 16, 16);
        Assert.True(network.forward(x).allclose(network.Pooled(x)));
        Assert.DoesNotContain(network.state_dict().Keys, name => name.StartsWith("head", StringComparison.Ordinal));
    }

    [Fact]
    public void Dropout_and_stochastic_depth_act_in_training_only()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var network = new NFNet(Small.Config with { Dropout = 0.5, StochasticDepth = 0.9 });
        Small.OpenBranches(network);
        var x = randn(2, 3, 16, 16);
        Assert.False(network.forward(x).allclose(network.forward(x)));
        network.eval();
        Assert.True(network.forward(x).allclose(network.forward(x)));
        network.train();
        Assert.False(network.forward(x).allclose(network.forward(x)));
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        foreach (var numerics in new[] { Numerics.DeepMind, Numerics.Timm })
        {
            using var scope = NewDisposeScope();
            manual_seed(3);
            using var network = new NFNet(Small.Config with { Numerics = numerics, Activation = Activation.Silu });
            Small.OpenBranches(network);
            network.to(float64);
            var x = randn(2, 3, 12, 12, dtype: float64);
            Tensor Loss() => network.forward(x).sin().sum();
            Loss().backward();
            using var _ = no_grad();
            foreach (var name in new[] { "stem.conv1.weight", "stages.0.0.conv2.gain",
                "stages.1.0.downsample.conv.weight", "stages.1.1.attn_last.fc1.weight", "stages.1.1.skipinit_gain",
                    "final_conv.bias", "head.fc.weight" })
            {
                var parameter = network.get_parameter(name)!;
                var flat = parameter.view(-1);
                var index = flat.shape[0] / 2;
                var (value, step) = (flat[index].item<double>(), 1e-5);
                flat[index] = value + step;
                var above = Loss().item<double>();
                flat[index] = value - step;
                var below = Loss().item<double>();
                flat[index] = value;
                Assert.Equal((above - below) / (2 * step), parameter.grad!.view(-1)[index].item<double>(), 1e-5);
            }
        }
    }

    [Fact]
    public void Neither_predicting_nor_training_leaves_tensors_behind()
    {
        using var network = new NFNet(Small.Config with { StochasticDepth = 0.5, Dropout = 0.5 });
        using var x = randn(2, 3, 20, 20);
        Step();
        var before = Tensor.TotalCount;
        Step();
        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            network.forward(x).Dispose();
            network.ForwardFeatures(x).Dispose();
            network.Pooled(x).Dispose();
            network.SignalPropagation(x);
            foreach (var map in network.FeaturePyramid(x))
            {
                map.Dispose();
            }

            using var loss = network.forward(x).DetachFromDisposeScope();
            using var sum = loss.sum();
            sum.backward();
            network.zero_grad(set_to_none: true);
        }
    }

    [Fact]
    public void A_batch_that_does_not_fit_is_refused_with_both_shapes()
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Small.Config);
        foreach (var wrong in new[] { randn(3, 16, 16), randn(1, 4, 16, 16), randn(1, 3, 0, 16), randn(0, 3, 16, 16),
            randn(1, 3, 16, 16, dtype: float64), zeros(1, 3, 16, 16, dtype: int64) })
        {
            Assert.Contains("small", Assert.Throws<ShapeException>(() => network.forward(wrong)).Message,
                StringComparison.Ordinal);
            Assert.Throws<ShapeException>(() => network.FeaturePyramid(wrong));
        }

        using var conv = new ScaledWeightStandardizedConv(4, 8, 3);
        Assert.Throws<ShapeException>(() => conv.forward(randn(1, 3, 8, 8)));
    }

    [Fact]
    public void Eight_threads_predict_what_one_does()
    {
        using var network = new NFNet(Small.Config);
        Small.OpenBranches(network);
        network.eval();
        using var x = randn(4, 3, 24, 24);
        float[] Predict()
        {
            using var _ = no_grad();
            using var y = network.forward(x);
            return y.data<float>().ToArray();
        }

        var expected = Predict();
        var results = new float[80][];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            results[i] = Predict());
        Assert.All(results, result => Assert.Equal(expected, result));
    }
}
