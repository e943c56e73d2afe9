using Deep.Media;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests;

public class UnreadablePicturesTests
{
    [Fact]
    public void An_unreadable_picture_is_named_counted_and_told_of_once()
    {
        var batches = new PictureBatches(new Damaged(3, 11), Options(limit: 2));
        Assert.Empty(batches.TakeEvents());
        for (var step = 0; step < 15; step++)
        {
            batches.Read(step, 0, 1).Dispose();
        }

        var events = batches.TakeEvents();
        Assert.Equal(["damaged 3", "damaged 11"], events.Select(e => e.Path).OrderBy(name => name!.Length));
        Assert.All(events, e => Assert.Equal(TrainingEventKind.UnreadablePicture, e.Kind));
        Assert.All(events, e => Assert.InRange(e.Step, 0, 4));
        Assert.Contains("2 of at most 2", events[1].Message, StringComparison.Ordinal);
        Assert.Equal(["damaged 3", "damaged 11"], batches.Unreadable.Select(error => error.File));
        Assert.Empty(batches.TakeEvents());
    }

    [Fact]
    public void The_place_is_taken_by_another_picture_with_its_own_label_whoever_reads()
    {
        var options = Options(limit: 5);
        var sound = new PictureBatches(TestPictures.Set(), options);
        var damaged = new PictureBatches(new Damaged(0, 2, 4, 6, 8), options);
        using var ahead = new PrefetchedBatches<LabelledPictures>(new PictureBatches(new Damaged(0, 2, 4, 6, 8), options), 3, 0, 20, 1);
        var replaced = 0;
        for (var step = 0; step < 20; step++)
        {
            using var scope = NewDisposeScope();
            var (expected, found, read) = (sound.Read(step, 0, 1), damaged.Read(step, 0, 1), ahead.Read(step, 0, 1));
            Assert.True(Bits.Same(found.Pictures, read.Pictures) && Bits.Same(found.Labels, read.Labels));
            for (var i = 0; i < 8; i++)
            {
                var isSame = Bits.Same(expected.Pictures[i], found.Pictures[i]);
                replaced += isSame ? 0 : 1;
                Assert.True(found.Labels[i].item<long>() == (found.Pictures[i].mean().item<float>() > 85 ? 1 : 0));
            }
        }

        Assert.Equal(20 * 8 / 4, replaced);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Training_stops_at_the_limit_with_one_error_that_names_the_picture(int workers)
    {
        var batches = new PictureBatches(new Damaged(3, 11, 12), Options(limit: 2));
        using var ahead = new PrefetchedBatches<LabelledPictures>(batches, workers, 0, 20, 1);
        var error = Assert.Throws<TrainingException>(() =>
        {
            for (var step = 0; step < 20; step++)
            {
                ahead.Read(step, 0, 1).Dispose();
            }
        });
        Assert.Contains("3 pictures are unreadable and 2 may be", error.Message, StringComparison.Ordinal);
        Assert.Contains("damaged ", error.Message, StringComparison.Ordinal);
        Assert.IsType<MediaException>(error.InnerException);
    }

    [Fact]
    public void Nothing_but_unreadable_pictures_ends_whatever_the_limit()
    {
        var batches = new PictureBatches(new Damaged([.. Enumerable.Range(0, 20)]), Options(limit: 1000));
        Assert.Contains("none of 100", Assert.Throws<TrainingException>(() => batches.Read(0, 0, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_does_without_no_picture()
    {
        using var model = new Mean();
        Assert.Equal("damaged 3", Assert.Throws<MediaException>(() => Classification.Evaluate(model, new Damaged(3))).File);
        var whole = Classification.Evaluate(model, TestPictures.Set(), batchSize: 7);
        Assert.Equal(whole, Classification.Evaluate(model, new Damaged(), batchSize: 7));
        var fitted = Classification.Evaluate(model, new Damaged(), fit: FixedFit.Squash(TestPictures.Side));
        Assert.Equal(whole.Loss, fitted.Loss, 5);
        Assert.Equal(20, fitted.Items);
    }

    [Fact]
    public void Labels_that_are_too_few_or_have_no_class_are_refused()
    {
        Assert.Contains("19", Message(new Damaged { Given = new int[19] }), StringComparison.Ordinal);
        Assert.Contains("damaged 4", Message(new Damaged { Given = [0, 1, 0, 1, 2, .. new int[15]] }), StringComparison.Ordinal);
        Assert.Contains("damaged 0", Message(new Damaged { Given = [-1, .. new int[19]] }), StringComparison.Ordinal);

        string Message(IPictureSource source) => Assert.Throws<ConfigurationException>(() => new PictureBatches(source, Options(0))).Message;
    }

    private static PictureBatchOptions Options(int limit) => new()
    {
        Multiplicity = AugmentationMultiplicity.FixedBatch(8, 2),
        UnreadablePictures = limit,
        Normalization = new PictureNormalization([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]),
        Augmentations = [new HorizontalFlip()],
    };

    private sealed class Damaged(params int[] unreadable) : IPictureSource
    {
        private readonly PictureSet _set = TestPictures.Set();

        public int Count => _set.Count;

        public int Channels => 3;

        public (int Height, int Width)? Size => _set.Size;

        public IReadOnlyList<string> Classes => _set.Classes;

        public int[]? Given { get; init; }

        public ReadOnlySpan<int> Labels => Given ?? _set.Labels;

        public string NameOf(int index) => $"damaged {index}";

        public void Read(int index, IPictureFit? fit, ReadOnlySpan<RandomState> copies, Span<byte> pictures)
        {
            if (unreadable.Contains(index))
            {
                copies[0].NextUInt64();
                throw new MediaException(NameOf(index), "it is torn.");
            }

            _set.Read(index, fit, copies, pictures);
        }
    }

    private sealed class Mean() : Module<Tensor, Tensor>("mean")
    {
        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            var mean = x.mean([1, 2, 3]);
            return stack([mean.neg(), mean], 1).MoveToOuterDisposeScope();
        }
    }
}
