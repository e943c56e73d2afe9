using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Tests.Nn;

public class WinogradConvolutionTests
{
    public static TheoryData<int, int, int, int, int, FusedActivation> Cases => new()
    {
        // batch, input channels, output channels, height, width, activation
        { 1, 16, 16, 1, 1, FusedActivation.None },
        { 2, 16, 48, 1, 5, FusedActivation.Relu },
        { 3, 48, 16, 7, 6, FusedActivation.None },
        { 1, 96, 32, 13, 3, FusedActivation.Silu },
        { 2, 32, 96, 16, 16, FusedActivation.Relu },
        { 40, 64, 64, 8, 9, FusedActivation.None },
        { 2, 384, 384, 24, 25, FusedActivation.Relu },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_the_convolution_but_for_rounding(int batch, int inputs, int outputs, int height, int width, FusedActivation activation)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (weight, bias, x) = (randn(outputs, inputs, 3, 3) / Math.Sqrt(9 * inputs), randn(outputs), randn(batch, inputs, height, width).relu());
        if (!WinogradConvolution.CanRun(weight))
        {
            return;
        }

        using var fast = new WinogradConvolution(weight, bias, activation);
        using var direct = PackedConvolution.Plain(weight, bias, new ConvolutionGeometry { Padding = 1 }, activation);
        var (found, expected) = (fast.Forward(ChannelsLast.Of(x)), Exact(x, weight, bias, activation));
        Assert.Equal(expected.shape, found.shape);
        Assert.True(ChannelsLast.Is(found));
        Assert.InRange(Error(found, expected), 0, 1e-5);
        Assert.InRange(Error(found, direct.Forward(x)), 0, 1e-5);
        Assert.True(fast.Forward(x).equal(found).all().item<bool>()); // whatever the strides of the input
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 8)]
    public void Repeated_pixels_are_never_stored(int height, int width)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (weight, bias, x) = (randn(32, 48, 3, 3) / 20, randn(32), randn(3, 48, height, width));
        if (!WinogradConvolution.CanRun(weight))
        {
            return;
        }

        using var fast = new WinogradConvolution(weight, bias, FusedActivation.Relu, repetition: 2);
        var repeated = x.repeat_interleave(2, 2).repeat_interleave(2, 3);
        Assert.InRange(Error(fast.Forward(x), Exact(repeated, weight, bias, FusedActivation.Relu)), 0, 1e-5);
    }

    [Fact]
    public void A_branch_is_added_to_its_shortcut_in_place()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (weight, x, sum) = (randn(32, 16, 3, 3) / 12, randn(2, 16, 6, 5), randn(4, 32, 6, 5));
        if (!WinogradConvolution.CanRun(weight))
        {
            return;
        }

        using var conv = new WinogradConvolution(weight);
        var expected = sum.narrow(0, 1, 2) + functional.conv2d(x, weight, padding: [1, 1]);
        var (last, first) = (ChannelsLast.Of(sum).clone(), sum.clone());
        conv.AddTo(last.narrow(0, 1, 2), x);
        conv.AddTo(first.narrow(0, 1, 2), x);
        Assert.InRange(Error(last.narrow(0, 1, 2), expected), 0, 1e-5);
        Assert.InRange(Error(first.narrow(0, 1, 2), expected), 0, 1e-5);
        Assert.True(last[0].equal(sum[0]).all().item<bool>() && last[3].equal(sum[3]).all().item<bool>());
    }

    [Fact]
    public void What_it_cannot_compute_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.False(WinogradConvolution.CanRun(zeros(16, 8, 3, 3)));
        Assert.False(WinogradConvolution.CanRun(zeros(80, 16, 3, 3)));
        Assert.False(WinogradConvolution.CanRun(zeros(16, 16, 1, 1)));
        Assert.False(WinogradConvolution.CanRun(zeros(16, 16, 3, 3, float64)));
        Assert.Throws<ConfigurationException>(() => new WinogradConvolution(zeros(8, 16, 3, 3)));
        var weight = zeros(16, 16, 3, 3);
        if (!WinogradConvolution.CanRun(weight))
        {
            return;
        }

        Assert.Throws<ConfigurationException>(() => new WinogradConvolution(weight, repetition: 3));
        Assert.Throws<ConfigurationException>(() => new WinogradConvolution(weight, activation: FusedActivation.Tanh));
        Assert.Throws<ShapeException>(() => new WinogradConvolution(weight, zeros(3)));
        using var conv = new WinogradConvolution(weight, activation: FusedActivation.Relu);
        Assert.Throws<ShapeException>(() => conv.Forward(zeros(1, 8, 4, 4)));
        Assert.Throws<ShapeException>(() => conv.Forward(zeros(1, 16, 4, 4, float64)));
        Assert.Throws<InvalidOperationException>(() => conv.AddTo(zeros(1, 16, 4, 4), zeros(1, 16, 4, 4)));
    }

    [Theory]
    [InlineData(80, 61)]
    [InlineData(320, 37)]
    [InlineData(96, 32)]
    [InlineData(384, 64)]
    public void Products_are_right_or_refused(int outputs, int tiles)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var (filters, x) = (randn(36 * outputs, 48, 1, 1), randn(tiles, 36, 48));
        using var products = new WinogradProducts(filters);
        var expected = x.transpose(0, 1).to(float64).bmm(filters.reshape(36, outputs, 48).transpose(1, 2).to(float64)).transpose(0, 1);
        Tensor found;
        try
        {
            found = products.Multiply(x);
        }
        catch (DeepException refused)
        {
            Assert.False(WinogradProducts.IsUsual(outputs));
            Assert.Contains("DEEP_PLAIN_TENSORS", refused.Message, StringComparison.Ordinal);
            return;
        }

        Assert.InRange(Error(found, expected), 0, 1e-5);
    }

    [Fact]
    public void It_leaves_no_tensor_behind()
    {
        using var weight = randn(16, 16, 3, 3);
        if (!WinogradConvolution.CanRun(weight))
        {
            return;
        }

        using var x = randn(2, 16, 5, 5);
        using var sum = zeros(2, 16, 5, 5);
        var live = new LiveTensors();
        using (var conv = new WinogradConvolution(weight))
        {
            conv.Forward(x).Dispose();
            conv.AddTo(sum, x);
        }

        Assert.Equal(0, live.Created);
    }

    private static Tensor Exact(Tensor x, Tensor weight, Tensor bias, FusedActivation activation)
    {
        var sum = functional.conv2d(x.to(float64), weight.to(float64), bias.to(float64), padding: [1, 1]);
        return activation switch
        {
            FusedActivation.Relu => sum.relu(),
            FusedActivation.Silu => sum * sum.sigmoid(),
            _ => sum,
        };
    }

    // The largest difference beside the largest number.
    private static double Error(Tensor found, Tensor expected) =>
        ((found.to(float64) - expected.to(float64)).abs().max() / expected.to(float64).abs().max()).item<double>();
}
