using System.IO.Compression;
using Deep.Media;
using Deep.Tensors;

namespace Deep.Training.Tests;

/// <summary>Twelve JPEG files of different sizes on their way from a folder or an archive into batches.</summary>
public sealed class PictureListBatchesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deep-training-").FullName;
    private readonly string _archive;

    public PictureListBatchesTests()
    {
        var random = new RandomState(8);
        var pictures = Path.Combine(_folder, "pictures");
        for (var i = 0; i < 12; i++)
        {
            var (width, height) = (9 + random.NextInt32(30), 9 + random.NextInt32(30));
            var rgb = Enumerable.Range(0, width * height * 3).Select(_ => (byte)random.NextInt32(256)).ToArray();
            Directory.CreateDirectory(Path.Combine(pictures, $"{i % 3}"));
            new Picture(width, height, rgb).Save(Path.Combine(pictures, $"{i % 3}", $"{i}.jpg"));
        }

        File.WriteAllText(Path.Combine(pictures, "1", "4.jpg"), "torn");
        _archive = Path.Combine(_folder, "pictures.zip");
        ZipFile.CreateFromDirectory(pictures, _archive);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public void Files_give_the_same_batches_whatever_the_number_of_workers(bool fromArchive, int workers)
    {
        using var list = PictureList.Open(fromArchive ? _archive : Path.Combine(_folder, "pictures"));
        var source = new PictureBatches(list, Options);
        using var ahead = new PrefetchedBatches<LabelledPictures>(new PictureBatches(list, Options), workers, 0, 10, 2);
        for (var step = 0; step < 10; step++)
        {
            for (var part = 0; part < 2; part++)
            {
                using var expected = source.Read(step, part, 2);
                using var found = ahead.Read(step, part, 2);
                Assert.True(Bits.Same(expected.Pictures, found.Pictures) && Bits.Same(expected.Labels, found.Labels));
                Assert.True(Bits.Same(expected.MixLabels!, found.MixLabels!) && Bits.Same(expected.Ratio!, found.Ratio!));
            }
        }

        var told = Assert.Single(ahead.TakeEvents());
        Assert.Equal((TrainingEventKind.UnreadablePicture, "1/4.jpg"), (told.Kind, told.Path));
        Assert.Single(source.TakeEvents());
    }

    [Fact]
    public void Files_leave_no_tensor_behind()
    {
        using var list = PictureList.Open(_archive);
        var batches = new PictureBatches(list, Options);
        var live = new LiveTensors();
        for (var step = 0; step < 6; step++)
        {
            batches.Read(step, 0, 1).Dispose();
        }

        Assert.Equal(0, live.Created);
        var strict = new PictureBatches(list, Options with { UnreadablePictures = 0 });
        Assert.Throws<TrainingException>(() =>
        {
            for (var step = 0; step < 6; step++)
            {
                strict.Read(step, 0, 1).Dispose();
            }
        });
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Copies_of_a_file_are_cut_out_each_in_its_own_way()
    {
        using var list = PictureList.Open(Path.Combine(_folder, "pictures"));
        var options = Options with { Multiplicity = AugmentationMultiplicity.FixedUnique(2, 8), Mixing = null, Augmentations = [] };
        using var batch = new PictureBatches(list, options).Read(0, 0, 1);
        var first = Enumerable.Range(0, 8).Select(i => batch.Pictures[i].sum().item<float>()).Distinct();
        Assert.True(first.Count() >= 6);
    }

    private static PictureBatchOptions Options => new()
    {
        Multiplicity = AugmentationMultiplicity.FixedBatch(8, 2),
        Fit = new CropFit(new RandomResizedCrop(), 6, 7),
        UnreadablePictures = 1,
        Augmentations = [new HorizontalFlip()],
        Mixing = Mixing.NFNet,
        AfterMixing = [new HorizontalFlip()],
    };
}
