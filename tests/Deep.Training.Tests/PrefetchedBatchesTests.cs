using System.Collections.Concurrent;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class PrefetchedBatchesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Batches_are_the_same_to_the_bit_whatever_the_number_of_workers(int workers)
    {
        var plain = Pictures();
        using var ahead = new PrefetchedBatches<LabelledPictures>(Pictures(), workers, firstStep: 2, steps: 20, parts: 2);
        Assert.Equal(plain.StepsPerEpoch, ahead.StepsPerEpoch);
        for (var step = 2; step < 20; step++)
        {
            for (var part = 0; part < 2; part++)
            {
                using var expected = plain.Read(step, part, 2);
                using var found = ahead.Read(step, part, 2);
                AssertSame(expected, found);
            }
        }
    }

    [Fact]
    public void Several_threads_may_read_pictures_at_once()
    {
        var shared = Pictures();
        var expected = Enumerable.Range(0, 40).Select(step => Pictures().Read(step, 0, 1)).ToArray();
        var found = new LabelledPictures[40];
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, step => found[step] = shared.Read(step, 0, 1));
        for (var step = 0; step < 40; step++)
        {
            AssertSame(expected[step], found[step]);
            expected[step].Dispose();
            found[step].Dispose();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Whoever_jumps_gets_the_batch_of_the_step(int workers)
    {
        using var ahead = new PrefetchedBatches<Numbered>(new Numbers(), workers, firstStep: 5, steps: 50, parts: 2);
        foreach (var (step, part, parts) in new[] { (5L, 0, 2), (5, 1, 2), (30, 1, 2), (31, 0, 2), (8, 0, 2), (8, 0, 2), (8, 1, 2), (2, 0, 2), (60, 0, 2), (9, 0, 1), (9, 2, 3), (49, 1, 2) })
        {
            using var batch = ahead.Read(step, part, parts);
            Assert.Equal((step, part, parts), batch.Place);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void An_error_reaches_the_reader_at_its_step_with_its_own_stack(int workers)
    {
        using var ahead = new PrefetchedBatches<Numbered>(new Numbers { FailsAt = 7 }, workers, firstStep: 0, steps: 20, parts: 1);
        for (var step = 0; step < 7; step++)
        {
            ahead.Read(step, 0, 1).Dispose();
        }

        var error = Assert.Throws<InvalidDataException>(() => ahead.Read(7, 0, 1));
        Assert.Equal("step 7", error.Message);
        Assert.Contains("PlaceOfTheError", error.StackTrace, StringComparison.Ordinal);
        using var next = ahead.Read(8, 0, 1);
        Assert.Equal(8, next.Place.Step);
        Assert.Throws<InvalidDataException>(() => ahead.Read(7, 0, 1));
    }

    [Fact]
    public void No_more_batches_are_made_than_workers_and_one_beyond_the_next()
    {
        var numbers = new Numbers();
        using var ahead = new PrefetchedBatches<Numbered>(numbers, workers: 3, firstStep: 0, steps: 1000, parts: 1);
        ahead.Read(0, 0, 1).Dispose();
        Assert.True(SpinWait.SpinUntil(() => numbers.Made == 5, TimeSpan.FromSeconds(20)), $"{numbers.Made} were made");
        Thread.Sleep(50);
        Assert.Equal(5, numbers.Made);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Disposal_in_the_middle_stops_the_workers_and_frees_every_batch(int workers)
    {
        for (var turn = 0; turn < 20; turn++)
        {
            var numbers = new Numbers();
            var ahead = new PrefetchedBatches<Numbered>(numbers, workers, firstStep: 0, steps: 1000, parts: 2);
            for (var step = 0; step < turn % 4; step++)
            {
                ahead.Read(step, 0, 2).Dispose();
                ahead.Read(step, 1, 2).Dispose();
            }

            ahead.Dispose();
            ahead.Dispose();
            var made = numbers.Made;
            Assert.Throws<ObjectDisposedException>(() => ahead.Read(3, 0, 2));
            Assert.Equal((made, made), (numbers.Made, numbers.Disposed));
        }
    }

    [Fact]
    public void Disposal_by_another_thread_ends_a_read_that_waits()
    {
        var numbers = new Numbers { Hold = new ManualResetEventSlim() };
        var ahead = new PrefetchedBatches<Numbered>(numbers, workers: 1, firstStep: 0, steps: 10, parts: 1);
        var releasing = new Thread(() =>
        {
            Thread.Sleep(50);
            numbers.Hold.Set();
        });
        var disposing = new Thread(() =>
        {
            SpinWait.SpinUntil(() => numbers.Started > 0);
            Thread.Sleep(20);
            releasing.Start();
            ahead.Dispose();
        });
        disposing.Start();
        Assert.Throws<ObjectDisposedException>(() => ahead.Read(9, 0, 1));
        disposing.Join();
        Assert.Equal(numbers.Made, numbers.Disposed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Tensors_belong_to_the_readers_scope_and_none_is_left(int workers)
    {
        var source = new Untidy(Pictures());
        using (var ahead = new PrefetchedBatches<LabelledPictures>(source, workers, firstStep: 0, steps: 100, parts: 1))
        {
            for (var step = 0; step < 30; step++)
            {
                using var scope = NewDisposeScope();
                var batch = ahead.Read(step, 0, 1);
                Assert.Contains(batch.Pictures, scope.DisposablesView);
                Assert.True(batch.Count == 6 && (step % 2 == 0 || Dispose(batch)));
            }
        }

        // Live tensors are counted by the thread that made them, and these are freed on another.
        Assert.True(source.Made.Count >= 30 * 5);
        Assert.All(source.Made, tensor => Assert.True(tensor.IsInvalid));

        static bool Dispose(LabelledPictures batch)
        {
            batch.Dispose();
            return true;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Reading_has_the_gradient_mode_of_its_maker(int workers)
    {
        using var without = no_grad();
        var numbers = new Numbers();
        using var ahead = new PrefetchedBatches<Numbered>(numbers, workers, firstStep: 0, steps: 10, parts: 1);
        ahead.Read(0, 0, 1).Dispose();
        Assert.DoesNotContain(true, numbers.GradientModes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Waiting_is_counted_and_nothing_else(int workers)
    {
        var numbers = new Numbers { Duration = TimeSpan.FromMilliseconds(150) };
        using var ahead = new PrefetchedBatches<Numbered>(numbers, workers, firstStep: 0, steps: 100, parts: 1);
        ahead.Read(0, 0, 1).Dispose();
        Assert.True(ahead.Waited > TimeSpan.FromMilliseconds(100), $"{ahead.Waited}");
        if (workers > 0)
        {
            Assert.True(SpinWait.SpinUntil(() => numbers.Made == 3, TimeSpan.FromSeconds(20)));
            var before = ahead.Waited;
            Thread.Sleep(500);
            ahead.Read(1, 0, 1).Dispose();
            Assert.True(ahead.Waited - before < TimeSpan.FromMilliseconds(450), $"{ahead.Waited - before}");
        }
    }

    [Fact]
    public void Events_of_the_source_are_passed_on()
    {
        using var ahead = new PrefetchedBatches<Numbered>(new Numbers(), workers: 1, firstStep: 0, steps: 10, parts: 1);
        Assert.Equal("made by the source", Assert.Single(ahead.TakeEvents()).Message);
        using var silent = new PrefetchedBatches<LabelledPictures>(Pictures(), workers: 1, firstStep: 0, steps: 10, parts: 1);
        Assert.Empty(silent.TakeEvents());
    }

    [Theory]
    [InlineData(-1, 0, 10, 1)]
    [InlineData(257, 0, 10, 1)]
    [InlineData(1, -1, 10, 1)]
    [InlineData(1, 10, 10, 1)]
    [InlineData(1, 0, 10, 0)]
    public void Impossible_numbers_are_refused(int workers, long firstStep, long steps, int parts) =>
        Assert.Throws<ConfigurationException>(() => new PrefetchedBatches<Numbered>(new Numbers(), workers, firstStep, steps, parts));

    private static PictureBatches Pictures() => new(TestPictures.Set(), new PictureBatchOptions
    {
        Multiplicity = AugmentationMultiplicity.FixedBatch(6, 2),
        Augmentations = [new RandomCrop { Padding = 2 }, new HorizontalFlip()],
        Mixing = Mixing.NFNet,
    });

    private static void AssertSame(LabelledPictures expected, LabelledPictures found)
    {
        Assert.True(Bits.Same(expected.Pictures, found.Pictures));
        Assert.True(Bits.Same(expected.Labels, found.Labels));
        Assert.True(Bits.Same(expected.MixLabels!, found.MixLabels!));
        Assert.True(Bits.Same(expected.Ratio!, found.Ratio!));
        Assert.True(ChannelsLast.Is(found.Pictures));
    }

    private sealed record Numbered((long Step, int Part, int Parts) Place, Action Freed) : IDisposable
    {
        public void Dispose() => Freed();
    }

    private sealed class Numbers : IBatchSource<Numbered>, ITrainingEventSource
    {
        private int _started;
        private int _made;
        private int _disposed;

        public long FailsAt { get; init; } = -1;

        public ManualResetEventSlim? Hold { get; init; }

        public TimeSpan Duration { get; init; }

        public ConcurrentBag<bool> GradientModes { get; } = [];

        public int Started => Volatile.Read(ref _started);

        public int Made => Volatile.Read(ref _made);

        public int Disposed => Volatile.Read(ref _disposed);

        public long StepsPerEpoch => 10;

        public Numbered Read(long stepNumber, int part, int parts)
        {
            Interlocked.Increment(ref _started);
            GradientModes.Add(is_grad_enabled());
            Hold?.Wait();
            Thread.Sleep(Duration);
            PlaceOfTheError(stepNumber);
            Interlocked.Increment(ref _made);
            return new Numbered((stepNumber, part, parts), () => Interlocked.Increment(ref _disposed));
        }

        public IReadOnlyList<TrainingEvent> TakeEvents() => [new(TrainingEventKind.UnreadablePicture, 0, "made by the source")];

        private void PlaceOfTheError(long step)
        {
            if (step == FailsAt)
            {
                throw new InvalidDataException($"step {step}");
            }
        }
    }

    /// <summary>Leaves a tensor in no scope of its own, as a source of a user may.</summary>
    private sealed class Untidy(PictureBatches source) : IBatchSource<LabelledPictures>
    {
        public ConcurrentBag<Tensor> Made { get; } = [];

        public long StepsPerEpoch => source.StepsPerEpoch;

        public LabelledPictures Read(long stepNumber, int part, int parts)
        {
            var batch = source.Read(stepNumber, part, parts);
            foreach (var tensor in (Tensor[])[ones(3), batch.Pictures, batch.Labels, batch.MixLabels!, batch.Ratio!])
            {
                Made.Add(tensor);
            }

            return batch;
        }
    }
}
