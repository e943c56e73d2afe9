using System.Diagnostics;
using System.Globalization;
using Deep.Media;
using Deep.NFNets;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Experiments;

/// <summary>
/// Adaptive gradient clipping is worth it (2102.06171, figure 2, in small): one small NFNet, batch 1,024, growing learning rates,
/// with clipping and without, several seeds; everything else is the same.
/// </summary>
internal sealed class ClippingClaim(string data, int steps)
{
    private const int Batch = 1024;
    private static readonly double[] LearningRates = [0.1, 0.4, 1.6, 6.4];
    private static readonly double[] ClipFactors = [0, 0.01];
    private static readonly int[] Seeds = [0, 1, 2];

    // A normalizer-free residual network of the paper's form at a size that two cores train in half a minute.
    private static readonly NFNetConfig Config = new()
    {
        Name = "clipping-claim",
        Classes = 10,
        Stem = [new NFNetStemConv(16, 3, 1), new NFNetStemConv(32, 3, 2)],
        Stages =
        [
            new NFNetStage(1, 48, 1) { GroupWidth = 0 },
            new NFNetStage(1, 96, 2) { GroupWidth = 0 },
            new NFNetStage(1, 192, 2) { GroupWidth = 0 },
        ],
        FinalChannels = 256,
        TrainSize = 32,
        TestSize = 32,
    };

    /// <summary>Runs the whole grid; <paramref name="finished"/> is told of each run.</summary>
    public IReadOnlyList<ClippingRun> RunAll(Action<ClippingRun> finished)
    {
        var options = new PictureSetOptions { Fit = new EvaluationTransform { Size = Config.TrainSize, CropFraction = 1 } };
        var train = PictureSet.Open(data, options with { Split = "train" });
        var test = PictureSet.Open(data, options with { Split = "test", Classes = train.Classes });
        var runs = new List<ClippingRun>();
        foreach (var seed in Seeds)
        {
            foreach (var rate in LearningRates)
            {
                foreach (var factor in ClipFactors)
                {
                    runs.Add(Run(train, test, factor, rate, seed));
                    finished(runs[^1]);
                }
            }
        }

        return runs;
    }

    private ClippingRun Run(PictureSet train, PictureSet test, double factor, double rate, int seed)
    {
        manual_seed(seed).Dispose();
        using var network = new NFNet(Config);
        var clipping = factor > 0 ? new AdaptiveGradientClipping { ClipFactor = factor } : null;
        using var optimizer = new NesterovSgd(ParameterGroup.ByRole(network, weightDecay: 2e-5, clipping));
        var batches = new PictureBatches(train, new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(Batch, copies: 1),
            Seed = (ulong)seed,
            Augmentations = [new RandomCrop(), new HorizontalFlip()],
        });
        var trainer = new Trainer(network, optimizer, new TrainerOptions
        {
            Steps = steps,
            Schedule = Schedules.WarmupCosine(rate, steps / 10.0, steps),
            Seed = (ulong)seed,
            ReportEvery = 10,
            EvaluateEvery = steps,
        });
        var last = new LastReport();
        var clock = Stopwatch.StartNew();
        try
        {
            var result = trainer.Fit(
                batches, Classification.Objective(network, new SoftTargetCrossEntropy { LabelSmoothing = 0.1 }),
                token => Classification.Evaluate(network, test, cancellationToken: token), last);
            return new ClippingRun(
                factor, rate, seed, result.FinalEvaluation!.Accuracy, last.Value!.Loss, null, last.Value.ClippedShare, clock.Elapsed.TotalSeconds);
        }
        catch (TrainingException)
        {
            // Not finite: the step is within the ten after the last report.
            return new ClippingRun(factor, rate, seed, null, null, (last.Value?.Step ?? 0) + 1, last.Value?.ClippedShare ?? 0, clock.Elapsed.TotalSeconds);
        }
    }

    /// <summary>One line for a person.</summary>
    public static string Describe(ClippingRun run) => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {run.Seed}  rate {run.LearningRate,4}  {(run.ClipFactor > 0 ? $"lambda {run.ClipFactor}" : "no clipping"),-12}  ")
        + (run.BrokeDownAt is { } step
            ? string.Create(CultureInfo.InvariantCulture, $"broke down after step {step - 1}")
            : string.Create(CultureInfo.InvariantCulture, $"loss {run.TrainLoss:F3}  test {100 * run.TestAccuracy:F1} %  clipped {100 * run.ClippedShare:F0} %"))
        + string.Create(CultureInfo.InvariantCulture, $"  {run.Seconds:F0} s");

    private sealed class LastReport : IProgress<TrainingProgress>
    {
        public TrainingProgress? Value { get; private set; }

        public void Report(TrainingProgress value) => Value = value;
    }
}
