using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Nn;

public class PackedConvolutionTests
{
    public static TheoryData<int, int, int, int, int, bool, FusedActivation> Cases => new()
    {
        // input channels, output channels, kernel, stride, groups, same padding, activation
        { 3, 16, 3, 2, 1, true, FusedActivation.GeluTanh },
        { 16, 32, 1, 1, 1, false, FusedActivation.None },
        { 20, 52, 1, 1, 1, false, FusedActivation.Silu },
        { 16, 16, 3, 1, 2, true, FusedActivation.Gelu },
        { 24, 24, 3, 2, 3, true, FusedActivation.Relu },
        { 24, 24, 3, 2, 24, false, FusedActivation.Sigmoid },
        { 7, 5, 5, 1, 1, false, FusedActivation.Tanh },
        { 1, 4, 3, 1, 1, true, FusedActivation.Relu },
    };

    /// <summary>Counts of which oneDNN's packed 1 x 1 convolution makes wrong numbers, and some of which it does not.</summary>
    public static TheoryData<int> OutputCounts => [33, 36, 40, 44, 48, 68, 72, 76, 80, 96, 100, 112, 136, 144, 168, 176, 200, 208, 264];

    [Theory]
    [MemberData(nameof(OutputCounts))]
    public void Any_count_of_outputs_has_the_numbers_of_64_bit_floats(int outputs)
    {
        using var scope = NewDisposeScope();
        manual_seed(7).Dispose();
        foreach (var kernel in new[] { 1, 3 })
        {
            var (weight, bias) = (randn(outputs, 24, kernel, kernel), randn(outputs));
            using var fast = new PackedConvolution(weight, bias, new() { Padding = kernel / 2 });
            foreach (var side in new[] { 2, 9 })
            {
                var x = randn(2, 24, side, side);
                var expected = nn.functional.conv2d(
                    x.to(ScalarType.Float64), weight.to(ScalarType.Float64), bias.to(ScalarType.Float64), padding: [kernel / 2, kernel / 2]);
                var difference = fast.Forward(x).sub(expected).abs().max().item<double>();
                Assert.True(difference < 1e-4, $"{kernel} x {kernel}, {side} x {side} pixels: {difference}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_fast_convolution_equals_the_plain_one(
        int inputs, int outputs, int kernel, int stride, int groups, bool same, FusedActivation activation)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var geometry = new ConvolutionGeometry { Stride = stride, Groups = groups, SamePadding = same, Padding = same ? 0 : kernel / 2 };
        var (weight, bias) = (randn(outputs, inputs / groups, kernel, kernel), randn(outputs));
        using var fast = new PackedConvolution(weight, bias, geometry, activation);
        using var plain = PackedConvolution.Plain(weight, bias, geometry, activation);

        // Several batches and sizes, odd ones among them: each may want another layout of the weights. The first comes again.
        foreach (var (n, h, w) in new[] { (1, 8, 8), (3, 9, 14), (2, 33, 7), (8, 24, 24), (1, 8, 8) })
        {
            var x = randn(n, inputs, h, w);
            var (found, expected) = (fast.Forward(x), plain.Forward(x));
            Assert.Equal(expected.shape, found.shape);
            Assert.True(found.allclose(expected, 1e-4, 2e-5), $"{n} x {h} x {w}: {(found - expected).abs().max().item<float>()}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_branch_is_added_to_its_shortcut_in_place(bool isFast)
    {
        using var scope = NewDisposeScope();
        var (weight, bias, x) = (randn(12, 8, 1, 1), randn(12), randn(2, 8, 5, 6));
        using var conv = isFast ? new PackedConvolution(weight, bias) : PackedConvolution.Plain(weight, bias);
        var sum = ChannelsLast.Of(randn(2, 12, 5, 6)).clone();
        var expected = sum + nn.functional.conv2d(x, weight, bias);
        conv.AddTo(sum, x);
        Assert.True(sum.allclose(expected, 1e-4, 1e-5));
    }

    [Fact]
    public void Bf16_is_as_near_as_its_digits_allow()
    {
        if (!Precisions.IsNative(Precision.BFloat16, CPU))
        {
            return;
        }

        using var scope = NewDisposeScope();
        var (weight, bias, x) = (randn(32, 16, 3, 3), randn(32), randn(2, 16, 12, 12));
        var geometry = new ConvolutionGeometry { Padding = 1 };
        using var fast = new PackedConvolution(weight, bias, geometry, FusedActivation.Gelu, Precision.BFloat16);
        using var exact = PackedConvolution.Plain(weight, bias, geometry, FusedActivation.Gelu);
        var (found, expected) = (fast.Forward(x.bfloat16()).to_type(ScalarType.Float32), exact.Forward(x));
        Assert.True(((found - expected).norm() / expected.norm()).item<float>() < 1e-2);
        Assert.Throws<ShapeException>(() => fast.Forward(x));
    }

    [Fact]
    public void Later_changes_of_the_given_weights_do_not_reach_it()
    {
        using var scope = NewDisposeScope();
        var (weight, x) = (randn(4, 4, 1, 1), randn(1, 4, 3, 3));
        using var conv = new PackedConvolution(weight);
        var expected = nn.functional.conv2d(x, weight);
        weight.zero_();
        Assert.True(conv.Forward(x).allclose(expected, 1e-4, 1e-5));
    }

    [Fact]
    public void Wrong_inputs_throw_with_their_shapes()
    {
        using var scope = NewDisposeScope();
        using var conv = new PackedConvolution(randn(4, 2, 3, 3));
        Assert.Contains("[1, 3, 5, 5]", Assert.Throws<ShapeException>(() => conv.Forward(randn(1, 3, 5, 5))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => conv.Forward(randn(2, 5, 5)));
        Assert.Throws<ShapeException>(() => conv.Forward(randn(1, 2, 2, 5)));
        Assert.Throws<ShapeException>(() => conv.Forward(zeros(0, 2, 5, 5)));
        Assert.Throws<ShapeException>(() => conv.AddTo(zeros(1, 4, 9, 9), randn(1, 2, 5, 5)));
        Assert.Throws<ShapeException>(() => new PackedConvolution(randn(4, 2, 3)));
        Assert.Throws<ShapeException>(() => new PackedConvolution(randn(4, 2, 3, 3), randn(5)));
        Assert.Throws<ConfigurationException>(() => new PackedConvolution(randn(4, 2, 3, 3), null, new ConvolutionGeometry { Stride = 0 }));
        conv.Dispose();
        Assert.Throws<ObjectDisposedException>(() => conv.Forward(randn(1, 2, 5, 5)));
    }

    [Fact]
    public void Nothing_stays_alive_but_results_and_weights()
    {
        using var x = randn(1, 8, 6, 6);
        using var weight = randn(8, 8, 3, 3);
        var live = new LiveTensors();
        var conv = new PackedConvolution(weight, null, new ConvolutionGeometry { SamePadding = true, Stride = 2 });
        conv.Forward(x).Dispose();
        var held = live.Created;
        for (var i = 0; i < 20; i++)
        {
            conv.Forward(x).Dispose();
        }

        Assert.Equal(held, live.Created);
        conv.Dispose();
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Many_threads_get_what_one_gets()
    {
        using var weight = randn(16, 16, 3, 3);
        using var conv = new PackedConvolution(weight, null, new ConvolutionGeometry { Padding = 1 }, FusedActivation.Silu);
        var inputs = Enumerable.Range(4, 8).Select(size => randn(1, 16, size, size)).ToArray();
        using var plain = PackedConvolution.Plain(weight, null, conv.Geometry, FusedActivation.Silu);
        var expected = inputs.Select(plain.Forward).ToArray();
        Parallel.For(0, 64, i =>
        {
            using var found = conv.Forward(inputs[i % 8]);
            Assert.True(found.allclose(expected[i % 8], 1e-4, 1e-5));
        });
    }
}
