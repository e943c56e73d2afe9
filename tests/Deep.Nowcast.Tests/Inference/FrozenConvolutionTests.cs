using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast.Tests.Inference;

public sealed class FrozenConvolutionTests
{
    // The first of each pair is too small for Winograd's filtering, the second is not; 5 x 3 fills its tiles badly.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(40, 1, 1)]
    [InlineData(2, 7, 9)]
    [InlineData(9, 7, 9)]
    [InlineData(40, 5, 3)]
    [InlineData(3, 16, 17)]
    public void Whatever_form_a_shape_gets_it_is_the_convolution(int batch, int height, int width)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (weight, bias, x) = (randn(64, 48, 3, 3).Times(0.05), randn(64), ChannelsLast.Of(randn(batch, 48, height, width)));
        using var conv = new FrozenConvolution(weight, bias, Precision.Float32, FusedActivation.None);
        using var active = new FrozenConvolution(weight, bias, Precision.Float32, FusedActivation.Relu);
        var expected = functional.conv2d(x.to(float64), weight.to(float64), bias.to(float64), padding: [1, 1]);
        var sum = zeros_like(conv.Forward(x));
        conv.AddTo(sum, x);
        Assert.InRange(Error(conv.Forward(x), expected), 0, 1e-5);
        Assert.InRange(Error(sum, expected), 0, 1e-5);
        Assert.InRange(Error(active.Forward(x), expected.relu()), 0, 1e-5);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 5)]
    [InlineData(9, 8, 7)]
    public void So_it_is_of_repeated_pixels(int batch, int height, int width)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (weight, bias, x) = (randn(48, 64, 3, 3).Times(0.05), randn(48), ChannelsLast.Of(randn(batch, 64, height, width)));
        using var conv = new PhaseConvolution(weight, bias, FusedActivation.Relu, Precision.Float32);
        var repeated = x.to(float64).repeat_interleave(2, 2).repeat_interleave(2, 3);
        Assert.InRange(Error(conv.Forward(x), functional.conv2d(repeated, weight.to(float64), bias.to(float64), padding: [1, 1]).relu()), 0, 1e-5);
    }

    [Fact]
    public void Winograd_is_for_many_tiles_and_channels_in_32_bit_floats()
    {
        using var scope = NewDisposeScope();
        var weight = zeros(64, 48, 3, 3);
        if (!WinogradConvolution.CanRun(weight))
        {
            return;
        }

        using var choice = new WinogradChoice(weight, null, Precision.Float32, FusedActivation.None);
        Assert.NotNull(choice.For(zeros(8, 48, 8, 8)));
        Assert.Null(choice.For(zeros(1, 48, 8, 8)));
        Assert.Null(choice.For(zeros(64, 48, 1, 1)));
        using var narrow = new WinogradChoice(weight, null, Precision.BFloat16, FusedActivation.None);
        using var thin = new WinogradChoice(zeros(64, 16, 3, 3), null, Precision.Float32, FusedActivation.None);
        Assert.Null(narrow.For(zeros(8, 48, 8, 8)));
        Assert.Null(thin.For(zeros(8, 16, 8, 8)));
    }

    private static double Error(Tensor found, Tensor expected) =>
        (found.to(float64).sub(expected).abs().max() / expected.abs().max()).item<double>();
}
