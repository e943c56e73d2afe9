using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace KilledRun;

/// <summary>Runs that have, among them, everything on that a run can have.</summary>
internal sealed record RunConfigurations(string Name, string Description, Action<string, IRunLog> Train)
{
    public static IReadOnlyList<RunConfigurations> All { get; } =
    [
        new("clipped", "Nesterov SGD with adaptive clipping, batch normalisation, 2 micro-batches, average, 2 workers", Clipped),
        new("sharp", "AdamW with SAM, 4 copies of each picture, mixup and cutmix, average, bound on the norm, 2 workers", Sharp),
        new("half", "bf16 weights with f32 masters, ASAM, dropout, 2 micro-batches, average, steps left out, 1 worker", Half),
        new("nowcast", "DGMR: two networks with an optimiser each, members part by part, average", NowcastRun.Train),
    ];

    public static RunConfigurations Of(string name) => All.Single(configuration => configuration.Name == name);

    private static void Clipped(string folder, IRunLog log)
    {
        using var network = SmallRun.Network(ScalarType.Float32, normalizes: true);
        using var optimizer = new NesterovSgd(ParameterGroup.ByRole(network, 1e-4, new AdaptiveGradientClipping { ClipFactor = 0.05 }));
        using var average = new WeightAverage(network, AverageDecay.TensorFlow1(0.99));
        Fit(network, optimizer, average, Batches(), log, Options(folder) with { MicroBatches = 2, Workers = 2 });
    }

    private static void Sharp(string folder, IRunLog log)
    {
        using var network = SmallRun.Network(ScalarType.Float32, normalizes: false);
        using var optimizer = new AdamW(ParameterGroup.ByRole(network, 1e-2));
        using var average = new WeightAverage(network, AverageDecay.Fixed(0.9));
        var batches = Batches(copies: 4, mixing: Mixing.NFNet);
        Fit(network, optimizer, average, batches, log, Options(folder) with
        {
            Workers = 2,
            Schedule = Schedules.WarmupCosine(0.005, 5, SmallRun.Steps),
            Sharpness = new SharpnessAwareMinimization { Rho = 0.05, AscentShare = 0.5 },
            Limit = GradientLimit.GlobalNorm(1),
        });
    }

    private static void Half(string folder, IRunLog log)
    {
        using var network = SmallRun.Network(ScalarType.BFloat16, normalizes: false);
        using var optimizer = new NesterovSgd(ParameterGroup.ByRole(network, 1e-4, new AdaptiveGradientClipping()));
        using var average = new WeightAverage(network, AverageDecay.TensorFlow1(0.99), optimizer);
        var batches = new Poisoned(Batches(precision: Precision.BFloat16), everyStep: 7);
        Fit(network, optimizer, average, batches, log, Options(folder) with
        {
            Workers = 1,
            MicroBatches = 2,
            SkippableSteps = SmallRun.Steps,
            Sharpness = new SharpnessAwareMinimization { Rho = 0.5, IsAdaptive = true },
        });
    }

    private static TrainerOptions Options(string folder) => new()
    {
        Steps = SmallRun.Steps,
        Schedule = Schedules.WarmupCosine(0.1, 5, SmallRun.Steps),
        Seed = 5,
        ReportEvery = 1,
        EvaluateEvery = 8,
        Checkpoints = new RunCheckpoints { Folder = folder, Every = 3 },
    };

    private static PictureBatches Batches(
        int copies = 1, Mixing? mixing = null, Precision precision = Precision.Float32) => new(SmallRun.Pictures(), new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(16, copies),
            Augmentations = [new RandomCrop { Padding = 1 }, new HorizontalFlip()],
            Mixing = mixing,
            Precision = precision,
            Seed = 5,
        });

    private static void Fit(
        TorchSharp.Modules.Sequential network, Optimizer optimizer, WeightAverage average,
        IBatchSource<LabelledPictures> batches, IRunLog log, TrainerOptions options)
    {
        var isHalf = network.parameters().First().dtype == ScalarType.BFloat16;
        using var history = new JsonLinesLog(Path.Combine(Directory.CreateDirectory(options.Checkpoints!.Folder).FullName, KilledRuns.History));
        var trainer = new Trainer(network, optimizer, options with { Logs = [log, history] }, average);
        trainer.Fit(
            batches, Classification.Objective(network, new SoftTargetCrossEntropy()),
            isHalf ? null : token => Classification.Evaluate(network, SmallRun.Pictures(), cancellationToken: token));
    }

    /// <summary>Makes the loss of every n-th step NaN.</summary>
    private sealed class Poisoned(IBatchSource<LabelledPictures> source, long everyStep) : IBatchSource<LabelledPictures>
    {
        public long StepsPerEpoch => source.StepsPerEpoch;

        public LabelledPictures Read(long stepNumber, int part, int parts)
        {
            var batch = source.Read(stepNumber, part, parts);
            if (part == parts - 1 && stepNumber % everyStep == everyStep - 1)
            {
                using Scalar poison = double.NaN;
                batch.Pictures.fill_(poison);
            }

            return batch;
        }
    }
}
