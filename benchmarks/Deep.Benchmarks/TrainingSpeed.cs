using System.Diagnostics;
using Deep.Cli.Training;
using Deep.NFNets;
using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>
/// Training steps of one small NFNet on pictures in memory: the trainer with clipping, average and workers, and loops by
/// hand with TorchSharp's own optimisers, by turns in one process.
/// </summary>
internal static class TrainingSpeed
{
    private const int Pictures = 4096;
    private const int LeakSteps = 1000;

    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        var size = SmallPictures.Config.TrainSize;
        var random = new RandomState(seed: 1);
        var pixels = new byte[Pictures * 3 * size * size];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.NextUInt64();
        }

        var set = new PictureSet(pixels, [.. Enumerable.Range(0, Pictures).Select(i => i % 10)], [.. "0123456789".Select(digit => $"{digit}")], 3, size, size);
        var batches = new PictureBatches(set, new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(options.Batch, copies: 1),
            Augmentations = [new RandomCrop { Padding = size / 8 }, new HorizontalFlip()],
            Mixing = new Mixing { Mixup = new Mixup { Alpha = 0.2 } },
            Precision = options.Precision,
        });

        using var ours = new OurTraining(batches, options.Runs);
        using var sgd = new StockTraining("TorchSharp's SGD, a loop by hand", batches, options.Runs, parameters => optim.SGD(parameters, 0.1, momentum: 0.9, weight_decay: 2e-4, nesterov: true));
        using var adamW = new StockTraining("TorchSharp's AdamW, a loop by hand", batches, options.Runs, parameters => optim.AdamW(parameters, 1e-3));
        var timings = new Dictionary<TrainingSubject, Timing> { [ours] = new(), [sgd] = new(), [adamW] = new() };
        for (var turn = 0; turn < options.Turns; turn++)
        {
            foreach (var (subject, timing) in timings)
            {
                timing.Turn(subject.Run, runs: 1);
            }
        }

        Console.WriteLine($"cifar preset, {size} px, batch {options.Batch}, {options.Precision.ToShortName()}, {options.Threads} threads, {options.Turns} turns of {options.Runs} steps");
        foreach (var (subject, timing) in timings)
        {
            Console.WriteLine($"{subject.Name,-44} {1000.0 * options.Batch * options.Runs / timing.Median,8:F1} pictures/s (median), {timing.Median / options.Runs,7:F1} ms a step, {timings[ours].Median / timing.Median,5:F2} of ours");
        }

        Console.WriteLine($"busy share of the trainer, one worker: {ours.BusyShare:P1}");
        Console.WriteLine($"live tensors gained over {LeakSteps} steps: {ours.TensorsGained(LeakSteps)}");
        Console.WriteLine($"peak memory of the process: {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB");
    }

    /// <summary>The trainer with all that a run of the tool has.</summary>
    private sealed class OurTraining : TrainingSubject
    {
        private readonly IBatchSource<LabelledPictures> batches;
        private readonly int steps;
        private readonly NesterovSgd optimizer;
        private readonly WeightAverage average;

        public OurTraining(PictureBatches batches, int steps)
            : base("Deep: Trainer, SGD, clipping, average, worker")
        {
            (this.batches, this.steps) = (batches, steps);
            optimizer = new NesterovSgd(ParameterGroup.ByRole(Network, 2e-4, new AdaptiveGradientClipping { ClipFactor = 0.04 }));
            average = new WeightAverage(Network, AverageDecay.TensorFlow1(0.998));
        }

        public double BusyShare { get; private set; }

        public override void Run() => BusyShare = Fit(batches, steps).Reports[^1].BusyShare;

        /// <summary>Over steps of two pictures, so that a thousand of them take no hour.</summary>
        public long TensorsGained(int count)
        {
            var few = new PictureSet(new byte[16 * 3 * 32 * 32], new int[16], ["one", "two"], 3, 32, 32);
            var source = new PictureBatches(few, new PictureBatchOptions { Multiplicity = AugmentationMultiplicity.FixedBatch(2, copies: 1) });
            Fit(source, 20);
            var before = Tensor.TotalCount;
            Fit(source, count);
            return Tensor.TotalCount - before;
        }

        public override void Dispose()
        {
            average.Dispose();
            optimizer.Dispose();
            base.Dispose();
        }

        private TrainingResult Fit(IBatchSource<LabelledPictures> source, int count) =>
            new Trainer(Network, optimizer, new TrainerOptions { Steps = count, Schedule = Schedules.Constant(0.01), Workers = 1, ReportEvery = count }, average)
                .Fit(source, Classification.Objective(Network, Loss));
    }

    /// <summary>What one writes without this package.</summary>
    private sealed class StockTraining(
        string name, PictureBatches batches, int steps, Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer> make) : TrainingSubject(name)
    {
        private optim.Optimizer? optimizer;

        public override void Run()
        {
            optimizer ??= make(Network.parameters());
            var objective = Classification.Objective(Network, Loss);
            Network.train();
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                using var batch = batches.Read(step, 0, 1);
                optimizer.zero_grad();
                objective(batch).Loss.backward();
                optimizer.step();
            }
        }

        public override void Dispose()
        {
            optimizer?.Dispose();
            base.Dispose();
        }
    }

    private abstract class TrainingSubject(string name) : IDisposable
    {
        public string Name => name;

        protected NFNet Network { get; } = new(SmallPictures.Config);

        protected static SoftTargetCrossEntropy Loss { get; } = new() { LabelSmoothing = 0.1 };

        public abstract void Run();

        public virtual void Dispose() => Network.Dispose();
    }
}
