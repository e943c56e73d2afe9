using System.Diagnostics;
using System.Globalization;
using Deep.Media;
using Deep.NFNets;
using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Experiments;

/// <summary>Trains the experiments' network as a plan says: crops and flips, label smoothing 0.1, Nesterov SGD.</summary>
internal sealed class PlanRunner
{
    private const int ValidationPictures = 2000;
    private readonly PictureSet _train;
    private readonly PictureSet _test;
    private readonly PictureSet _validation;
    private readonly Precision _precision;
    private readonly Dictionary<int, PictureSet> _parts = [];

    /// <summary>Reads the pictures.</summary>
    /// <param name="data">A zip or folder with train/class/* and test/class/*.</param>
    /// <param name="precision">Of the activations in training.</param>
    public PlanRunner(string data, Precision precision)
    {
        _precision = precision;
        var size = ExperimentNetwork.Config.TrainSize;
        var options = new PictureSetOptions { Fit = new EvaluationTransform { Size = size, CropFraction = 1 } };
        _train = PictureSet.Open(data, options with { Split = "train" });
        _test = PictureSet.Open(data, options with { Split = "test", Classes = _train.Classes });
        _validation = OfEachClass(skip: Math.Max(0, (_train.Count - ValidationPictures) / _train.Classes.Count), ValidationPictures);
    }

    /// <summary>The number of training pictures.</summary>
    public int Pictures => _train.Count;

    /// <summary>Runs a plan and prints a line about it.</summary>
    public TrainingOutcome Run(TrainingPlan plan)
    {
        var outcome = Train(plan);
        Console.WriteLine(Describe(outcome));
        return outcome;
    }

    private TrainingOutcome Train(TrainingPlan plan)
    {
        manual_seed(plan.Seed).Dispose();
        using var network = new NFNet(ExperimentNetwork.Config);
        var clipping = plan.ClipFactor > 0 ? new AdaptiveGradientClipping { ClipFactor = plan.ClipFactor } : null;
        using var optimizer = new NesterovSgd(ParameterGroup.ByRole(network, weightDecay: 2e-5, clipping));
        var batches = new PictureBatches(Part(plan.Pictures), new PictureBatchOptions
        {
            Multiplicity = plan.Batch(),
            Seed = (ulong)plan.Seed,
            Augmentations = [new RandomCrop { Padding = _train.Height / 8 }, new HorizontalFlip()],
            Precision = _precision,
        });
        var trainer = new Trainer(network, optimizer, new TrainerOptions
        {
            Steps = plan.Steps,
            Schedule = Schedules.WarmupCosine(plan.LearningRate, plan.Steps / 10.0, plan.Steps),
            Seed = (ulong)plan.Seed,
            Sharpness = plan.Rho == 0
                ? null
                : new SharpnessAwareMinimization { Rho = plan.Rho, IsAdaptive = plan.IsAdaptive, AscentShare = plan.AscentShare },
            ReportEvery = Math.Max(1, plan.Steps / 10),
            EvaluateEvery = plan.Steps,
        });
        var objective = Classification.Objective(network, new SoftTargetCrossEntropy { LabelSmoothing = 0.1 });
        var clock = Stopwatch.StartNew();
        try
        {
            var result = trainer.Fit(
                batches, objective, token => Classification.Evaluate(network, _test, cancellationToken: token));
            var (end, test) = (result.Reports[^1], result.FinalEvaluation!);
            var validation = plan.Pictures + ValidationPictures <= Pictures
                ? Classification.Evaluate(network, _validation).Loss
                : (double?)null;
            return new TrainingOutcome(
                plan, end.Loss, validation, test.Loss, test.Accuracy, end.ClippedShare, null, clock.Elapsed.TotalSeconds);
        }
        catch (TrainingException)
        {
            return new TrainingOutcome(plan, null, null, null, null, 0, optimizer.Steps, clock.Elapsed.TotalSeconds);
        }
    }

    private PictureSet Part(int pictures)
    {
        if (pictures == Pictures)
        {
            return _train;
        }

        return _parts.TryGetValue(pictures, out var known) ? known : _parts[pictures] = OfEachClass(0, pictures);
    }

    // As many of each class, so that none is rare: the first ones to train on, the last ones to tune on.
    private PictureSet OfEachClass(int skip, int pictures)
    {
        var seen = new int[_train.Classes.Count];
        var each = pictures / seen.Length;
        var (pixels, labels) = (new List<byte>(), new List<int>());
        for (var i = 0; i < Pictures; i++)
        {
            var place = seen[_train.Labels[i]]++;
            if (place >= skip && place < skip + each)
            {
                pixels.AddRange(_train[i]);
                labels.Add(_train.Labels[i]);
            }
        }

        return labels.Count == pictures
            ? new PictureSet([.. pixels], [.. labels], _train.Classes, _train.Channels, _train.Height, _train.Width)
            : throw new ConfigurationException("pictures", $"a multiple of the classes, at most {Pictures}", pictures);
    }

    private static string Describe(TrainingOutcome outcome)
    {
        var plan = outcome.Plan;
        var end = outcome.BrokeDownAt is { } step
            ? string.Create(CultureInfo.InvariantCulture, $"broke down at step {step}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"loss {outcome.TrainLoss:F3}  test {outcome.TestLoss:F3} {100 * outcome.TestAccuracy:F1} %  clipped {100 * outcome.ClippedShare:F0} %");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"batch {plan.Unique} x {plan.Copies}  steps {plan.Steps}  rate {plan.LearningRate}  lambda {plan.ClipFactor}  rho {plan.Rho}  seed {plan.Seed}  {end}  {outcome.Seconds:F0} s");
    }
}
