using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class PictureBatchesTests
{
    private static readonly PictureNormalization Bytes = new([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);

    [Fact]
    public void A_step_reads_the_same_whatever_was_read_before()
    {
        var options = Options(batch: 6, copies: 2) with { Augmentations = [new RandomCrop { Padding = 2 }, new HorizontalFlip()], Mixing = Mixing.NFNet };
        var straight = new PictureBatches(TestPictures.Set(), options);
        var jumping = new PictureBatches(TestPictures.Set(), options);
        for (var step = 0; step < 9; step++)
        {
            using var expected = straight.Read(step, 0, 1);
            jumping.Read((step * 7) % 20, 0, 1).Dispose();
            using var found = jumping.Read(step, 0, 1);
            Assert.True(Bits.Same(expected.Pictures, found.Pictures));
            Assert.True(Bits.Same(expected.Labels, found.Labels));
            Assert.True(Bits.Same(expected.Ratio!, found.Ratio!));
        }

        using var first = straight.Read(0, 0, 1);
        using var otherSeed = new PictureBatches(TestPictures.Set(), options with { Seed = 99 }).Read(0, 0, 1);
        Assert.False(Bits.Same(first.Pictures, otherSeed.Pictures));
    }

    [Fact]
    public void An_epoch_shows_every_picture_once_and_the_next_in_another_order()
    {
        var batches = new PictureBatches(TestPictures.Set(), Options(batch: 4, copies: 1));
        Assert.Equal(5, batches.StepsPerEpoch);
        var epochs = Enumerable.Range(0, 2).Select(epoch => Enumerable.Range(0, 5).SelectMany(step =>
        {
            using var batch = batches.Read((epoch * 5) + step, 0, 1);
            return Enumerable.Range(0, 4).Select(i => batch.Pictures[i].sum().item<float>()).ToArray();
        }).ToArray()).ToArray();
        Assert.Equal(20, epochs[0].Distinct().Count());
        Assert.Equal(epochs[0].Order(), epochs[1].Order());
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void Copies_of_a_picture_share_the_label_and_not_the_augmentation()
    {
        var batches = new PictureBatches(TestPictures.Set(), Options(batch: 8, copies: 8) with { Augmentations = [new RandomCrop { Padding = 3 }] });
        using var batch = batches.Read(0, 0, 1);
        Assert.Single(batch.Labels.data<long>().ToArray().Distinct());
        var sums = Enumerable.Range(0, 8).Select(i => batch.Pictures[i].sum().item<float>()).Distinct();
        Assert.True(sums.Count() >= 5, "at most 49 windows, eight draws");
    }

    [Fact]
    public void Parts_of_a_step_make_up_the_whole()
    {
        using var scope = NewDisposeScope();
        var batches = new PictureBatches(TestPictures.Set(), Options(batch: 6, copies: 3) with { Augmentations = [new HorizontalFlip()] });
        using var whole = batches.Read(2, 0, 1);
        var parts = Enumerable.Range(0, 3).Select(part => batches.Read(2, part, 3)).ToArray();
        Assert.True(Bits.Same(whole.Pictures, cat([.. parts.Select(p => p.Pictures)])));
        Assert.True(Bits.Same(whole.Labels, cat([.. parts.Select(p => p.Labels)])));
    }

    [Fact]
    public void Pictures_are_normalised_channel_by_channel()
    {
        using var scope = NewDisposeScope();
        var set = TestPictures.Set();
        var plain = new PictureBatches(set, Options(4, 1) with { Normalization = Bytes }).Read(0, 0, 1).Pictures;
        var normalised = new PictureBatches(set, Options(4, 1) with { Normalization = PictureNormalization.ImageNet }).Read(0, 0, 1).Pictures;
        var expected = ((plain / 255) - tensor(new[] { 0.485f, 0.456f, 0.406f }).view(3, 1, 1)) / tensor(new[] { 0.229f, 0.224f, 0.225f }).view(3, 1, 1);
        Assert.True(normalised.allclose(expected, atol: 1e-5));
    }

    [Fact]
    public void Batches_leave_no_tensor_behind()
    {
        var batches = new PictureBatches(TestPictures.Set(), Options(4, 2) with { Augmentations = [new RandomCrop { Padding = 2 }], Mixing = Mixing.NFNet });
        var live = new LiveTensors();
        batches.Read(0, 0, 1).Dispose();
        batches.Read(1, 1, 2).Dispose();
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Impossible_batches_are_refused()
    {
        Assert.Throws<ConfigurationException>(() => new PictureBatches(TestPictures.Set(), Options(batch: 21, copies: 1)));
        var batches = new PictureBatches(TestPictures.Set(), Options(batch: 4, copies: 1));
        Assert.Throws<ConfigurationException>(() => batches.Read(0, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Read(-1, 0, 1));
    }

    private static PictureBatchOptions Options(int batch, int copies) =>
        new() { Multiplicity = AugmentationMultiplicity.FixedBatch(batch, copies), Normalization = Bytes };
}
