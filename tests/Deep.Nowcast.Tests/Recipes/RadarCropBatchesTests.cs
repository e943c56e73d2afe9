using Deep.Nowcast.Recipes;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Recipes;

public sealed class RadarCropBatchesTests
{
    [Fact]
    public void A_step_gives_the_same_crops_whenever_it_is_read_and_parts_are_parts_of_them()
    {
        var batches = SmallDgmr.Batches();
        using var first = batches.Read(3, 0, 1);
        using var other = batches.Read(4, 0, 1);
        using var again = SmallDgmr.Batches().Read(3, 0, 1);
        using var part = batches.Read(3, 1, 2);
        Assert.Equal([2L, 2, 1, 32, 32], first.Context.shape);
        Assert.Equal([2L, 4, 1, 32, 32], first.Target.shape);
        Assert.Equal(Values(first.Target), Values(again.Target));
        Assert.Equal(Values(first.Target[1]), Values(part.Target[0]));
        Assert.NotEqual(Values(first.Context), Values(other.Context));
    }

    [Fact]
    public void The_target_goes_on_where_the_context_ends()
    {
        var rain = SmallDgmr.Rain(6);
        using var crops = RadarCropBatches.Of([rain.Crop(0, 8, 32, 32)], 2);
        Assert.Equal(rain.Crop(0, 8, 32, 32).Fields[1].Values, Values(crops.Context[0, 1]));
        Assert.Equal(rain.Crop(0, 8, 32, 32).Fields[2].Values, Values(crops.Target[0, 0]));
        Assert.Throws<ShapeException>(() => RadarCropBatches.Of([rain, rain.Crop(0, 0, 8, 8)], 2));
    }

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}
