using Deep.Media;
using Deep.NFNets;
using Deep.Training;
using TorchSharp;

namespace Deep.Benchmarks;

/// <summary>How many pictures a second the input of training makes by itself, and the share of the time that a network computes and does not wait for it.</summary>
internal static class Pipeline
{
    private static readonly int[] s_workers = [0, 1, 2];

    public static void Run(BenchmarkOptions options)
    {
        torch.set_num_threads(options.Threads);
        Console.WriteLine($"pipeline, {options.Threads} threads, {options.Turns} turns");
        Console.WriteLine($"{"",-44}{"workers",8}{"pictures/s",12}{"best",9}{"CPU us each",13}");
        var small = Small();
        var crop = new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(256, 1),
            Augmentations = [new RandomCrop(), new HorizontalFlip()],
            Mixing = new Mixing { Mixup = new Mixup() },
        };
        Measure("32 px from memory: crop, flip, mixup", small, crop, 40, options);
        Train("the same, into an NFNet of 3 blocks", small, crop, SmallNetwork, 5);

        var folder = Directory.CreateTempSubdirectory("deep-pipeline-").FullName;
        try
        {
            WriteFiles(folder);
            using var files = PictureList.Open(folder);
            var large = new PictureBatchOptions
            {
                Multiplicity = AugmentationMultiplicity.FixedBatch(32, 1),
                Fit = new CropFit(new RandomResizedCrop(), 224, 224),
                Augmentations = [new HorizontalFlip()],
                Mixing = Mixing.NFNet,
            };
            Measure("JPEG 500 x 375 to 224 px: crop, flip, mix", files, large, 4, options);
            Measure("the same, four copies of each", files, large with { Multiplicity = AugmentationMultiplicity.FixedBatch(32, 4) }, 4, options);
            var f0 = NFNetConfig.Variants["dm_nfnet_f0"] with { Classes = 2 };
            Train("JPEG to 224 px, into NFNet-F0, batch 4", files, large with { Multiplicity = AugmentationMultiplicity.FixedBatch(4, 1) }, f0, 2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string name, IPictureSource pictures, PictureBatchOptions batch, int steps, BenchmarkOptions options)
    {
        foreach (var workers in s_workers)
        {
            var timing = new Timing();
            var source = new PictureBatches(pictures, batch);
            timing.Turn(() => ReadAll(source, workers, steps), options.Turns);
            double read = steps * batch.Multiplicity.BatchSize;
            Console.WriteLine(
                $"{name,-44}{workers,8}{1000 * read / timing.Median,12:F0}{1000 * read / timing.Best,9:F0}{1000 * timing.Processor / read,13:F1}");
        }
    }

    // The first half of the steps warms up; the figures are those of the second.
    private static void Train(string name, IPictureSource pictures, PictureBatchOptions batch, NFNetConfig config, int steps)
    {
        foreach (var workers in s_workers)
        {
            using var network = new NFNet(config);
            using var optimizer = new NesterovSgd(ParameterGroup.ByRole(network, 2e-5, new AdaptiveGradientClipping()));
            var course = new TrainerOptions { Steps = 2 * steps, ReportEvery = steps, Schedule = Schedules.Constant(0.001), Workers = workers };
            var objective = Classification.Objective(network, new SoftTargetCrossEntropy());
            var report = new Trainer(network, optimizer, course).Fit(new PictureBatches(pictures, batch), objective).Reports[^1];
            Console.WriteLine($"{name,-44}{workers,8}{report.ItemsPerSecond,12:F1}   busy {report.BusyShare,6:P1}");
        }
    }

    private static NFNetConfig SmallNetwork { get; } = new()
    {
        Name = "pipeline",
        Classes = 10,
        Stem = [new NFNetStemConv(16, 3, 2)],
        Stages = [new NFNetStage(1, 48, 2) { GroupWidth = 0 }, new NFNetStage(2, 96, 2) { GroupWidth = 0 }],
        FinalChannels = 192,
        TrainSize = 32,
        TestSize = 32,
    };

    private static void ReadAll(PictureBatches source, int workers, int steps)
    {
        using var ahead = new PrefetchedBatches<LabelledPictures>(source, workers, 0, steps, 1);
        for (var step = 0; step < steps; step++)
        {
            ahead.Read(step, 0, 1).Dispose();
        }
    }

    private static PictureSet Small()
    {
        const int count = 5_120;
        var pixels = new byte[count * 3 * 32 * 32];
        new Random(1).NextBytes(pixels);
        return new PictureSet(pixels, [.. Enumerable.Range(0, count).Select(i => i % 10)], [.. Enumerable.Range(0, 10).Select(i => $"{i}")], 3, 32, 32);
    }

    // 64 windows of two photographs, at the usual size and quality of photographs on the web.
    private static void WriteFiles(string folder)
    {
        var shared = Environment.GetEnvironmentVariable("DEEP_SHARED") ?? Path.Combine("..", "shared");
        foreach (var name in new[] { "china", "flower" })
        {
            var photograph = Picture.Open(Path.Combine(shared, "data", "images", name + ".jpg"));
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (var i = 0; i < 32; i++)
            {
                var window = photograph.Crop(i * 4, i, 500, 375);
                File.WriteAllBytes(Path.Combine(folder, name, $"{i}.jpg"), window.EncodeJpeg(90));
            }
        }
    }
}
