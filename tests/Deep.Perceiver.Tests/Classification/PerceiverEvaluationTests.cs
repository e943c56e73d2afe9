using Deep.Media;
using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests.Perceivers;

public sealed class PerceiverEvaluationTests
{
    [Fact]
    public void The_centre_of_224_by_256_of_the_short_side_is_cut_first_and_scaled_then()
    {
        var picture = SmallModels.Noise(320, 256, 1);
        Assert.Equal(picture.Crop(48, 16, 224, 224).Pixels.ToArray(), PerceiverEvaluation.Crop(picture).Pixels.ToArray());
        var live = new LiveTensors();
        using (var x = PerceiverEvaluation.Apply([picture, SmallModels.Noise(31, 57, 2)]))
        {
            Assert.Equal([2, 3, 224, 224], x.shape);
            var expected = ((picture.Crop(48, 16, 224, 224).Pixels[0] / 255f) - 0.485f) / 0.229f;
            using var first = x[0, 0, 0, 0];
            Assert.Equal(expected, first.ToSingle(), 1e-6f);
        }

        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Any_picture_has_a_crop_and_no_picture_is_an_error()
    {
        Assert.Equal((1, 1), (PerceiverEvaluation.Crop(SmallModels.Noise(1, 1, 1)).Width, PerceiverEvaluation.Crop(SmallModels.Noise(1, 9, 1)).Height));
        Assert.Throws<ShapeException>(() => PerceiverEvaluation.Apply([]));
        Assert.Throws<ConfigurationException>(() => PerceiverEvaluation.Apply([SmallModels.Noise(4, 4, 1)], 0));
    }
}
