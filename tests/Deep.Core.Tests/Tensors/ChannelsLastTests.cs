using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests.Tensors;

public class ChannelsLastTests
{
    [Fact]
    public void Values_and_shape_stay_and_strides_change()
    {
        using var x = torch.arange(2 * 3 * 4 * 5, torch.float32).reshape(2, 3, 4, 5);
        using var packed = ChannelsLast.Of(x);
        Assert.Equal(x.shape, packed.shape);
        Assert.True(x.equal(packed).all().item<bool>());
        Assert.Equal([60, 1, 15, 3], packed.stride());
        Assert.True(ChannelsLast.Is(packed));
        Assert.False(ChannelsLast.Is(x));
    }

    [Fact]
    public void A_convolution_of_it_gives_the_same_picture_with_the_same_strides()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.randn(1, 8, 9, 7);
        var filters = torch.randn(4, 8, 3, 3);
        var plain = torch.nn.functional.conv2d(x, filters);
        var fast = torch.nn.functional.conv2d(ChannelsLast.Of(x), ChannelsLast.Of(filters));
        Assert.True(fast.allclose(plain, 1e-4, 1e-4));
        Assert.True(ChannelsLast.Is(fast));
    }

    [Fact]
    public void Only_four_axes_are_taken()
    {
        using var x = torch.ones(2, 3, 4);
        Assert.Throws<ShapeException>(() => ChannelsLast.Of(x));
        Assert.False(ChannelsLast.Is(x));
    }

    [Fact]
    public void Nothing_but_the_result_stays_alive()
    {
        using var x = torch.ones(2, 3, 4, 5);
        var live = new LiveTensors();
        ChannelsLast.Of(x).Dispose();
        ChannelsLast.Is(x);
        Assert.Equal(0, live.Created);
    }
}
