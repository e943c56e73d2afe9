using System.Globalization;
using Deep.Cli.Commands;
using Deep.NFNets;
using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>A run that trains a network on pictures: data, network, recipe and what is saved.</summary>
internal sealed class ImageTraining : IDisposable
{
    private readonly ImageTrainingSettings settings;
    private readonly Device device;
    private readonly PictureSet test;
    private readonly PictureBatches batches;
    private readonly PictureNormalization normalization;
    private readonly NFNet network;
    private readonly Optimizer optimizer;
    private readonly WeightAverage? average;

    /// <summary>Reads the pictures and builds the network.</summary>
    /// <param name="settings">What the command line says.</param>
    /// <param name="networks">Where the network comes from.</param>
    /// <param name="warn">Told of each picture that is left out.</param>
    /// <param name="cancellationToken">Ends the reading between two pictures.</param>
    public ImageTraining(
        ImageTrainingSettings settings, INetworkSource networks, Action<string> warn, CancellationToken cancellationToken)
    {
        this.settings = settings;
        device = Devices.Resolve(settings.Device);
        var precision = Precisions.Parse(settings.Precision);
        Precisions.Require(precision, device);
        var config = networks.Config;
        var size = settings.Size ?? config.TrainSize;
        var seed = (ulong)settings.Seed;
        var data = ImageData.Read(
            settings.Data, size, settings.TestFraction, seed, settings.Unreadable, cancellationToken);
        data.Unreadable.ToList().ForEach(warn);
        var train = data.Train;
        test = data.Test;
        normalization = new PictureNormalization(
            [.. config.Mean.Select(value => (float)value)],
            [.. config.StandardDeviation.Select(value => (float)value)]);
        var plan = AugmentationPlan.Of(settings, size);
        batches = new PictureBatches(train, new PictureBatchOptions
        {
            Multiplicity = settings.Copies,
            Seed = seed,
            Augmentations = plan.Before,
            Mixing = plan.Mixing,
            AfterMixing = plan.After,
            Normalization = normalization,
            Precision = precision,
            Device = device,
        });

        manual_seed(settings.Seed).Dispose();
        network = networks.Build(train.Classes.Count, size, device);
        var clipping = settings.Clipping > 0 ? new AdaptiveGradientClipping { ClipFactor = settings.Clipping } : null;
        optimizer = OptimizerChoice.Make(settings.Optimizer, settings.LayerDecay < 1
            ? ParameterGroup.ByLayer(network, settings.LayerDecay, settings.WeightDecay, clipping)
            : ParameterGroup.ByRole(network, settings.WeightDecay, clipping));
        average = settings.WeightAverage > 0
            ? new WeightAverage(network, AverageDecay.TensorFlow1(settings.WeightAverage))
            : null;
        var steps = batches.StepsPerEpoch * settings.Epochs;
        Description = Describe(train, steps);
        Settings = RunSettings.Of(settings.Fixed, string.Create(
            CultureInfo.InvariantCulture, $"{train.Count} + {test.Count} pictures of {string.Join(", ", train.Classes)}"));
        Budget = settings.Copies.Budget(steps, train.Count);
    }

    /// <summary>Writes the sheet that shows the augmentations, without a network.</summary>
    /// <param name="settings">What the command line says.</param>
    /// <param name="trainSize">Side of the pictures where it does not say so.</param>
    /// <param name="warn">Told of each picture that is left out.</param>
    /// <param name="cancellationToken">Ends the reading between two pictures.</param>
    /// <returns>What was written, in one line.</returns>
    public static string ShowAugmentations(
        ImageTrainingSettings settings, int trainSize, Action<string> warn, CancellationToken cancellationToken)
    {
        var (size, seed) = (settings.Size ?? trainSize, (ulong)settings.Seed);
        var data = ImageData.Read(
            settings.Data, size, settings.TestFraction, seed, settings.Unreadable, cancellationToken);
        data.Unreadable.ToList().ForEach(warn);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(settings.Data));
        var rows = AugmentationSheet.Save(
            settings.Sheet!, $"Augmentations of {name} at {size} px", data.Train, AugmentationPlan.Of(settings, size), seed);
        return $"The augmentations, {rows} rows: {settings.Sheet}";
    }

    /// <summary>What is going to happen, in one line.</summary>
    public string Description { get; }

    /// <summary>What cannot change when the run goes on, as text by the option's name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>What the run costs.</summary>
    public TrainingBudget Budget { get; }

    private SoftTargetCrossEntropy Loss => new() { LabelSmoothing = settings.LabelSmoothing };

    /// <summary>Trains; the model file is written at each test.</summary>
    public void Fit(RunFolder folder, IRunLog report, CancellationToken cancellationToken)
    {
        var steps = batches.StepsPerEpoch * settings.Epochs;
        var warmup = (settings.Warmup ?? Math.Min(2, settings.Epochs / 4.0)) * batches.StepsPerEpoch;
        using var log = new JsonLinesLog(folder.LogFile);
        using var board = settings.TensorBoard ? new TensorBoardLog(folder.TensorBoard) : null;
        var trainer = new Trainer(
            network,
            optimizer,
            new TrainerOptions
            {
                Steps = steps,
                Schedule = ScheduleChoice.Make(settings.Schedule, settings.LearningRate, warmup, steps),
                MicroBatches = settings.MicroBatches,
                Limit = settings.ClipNorm > 0 ? GradientLimit.GlobalNorm(settings.ClipNorm) : null,
                Sharpness = settings.Sharpness,
                Workers = settings.Workers,
                Seed = (ulong)settings.Seed,
                EvaluateEvery = batches.StepsPerEpoch * settings.TestEvery,
                ReportEvery = Math.Max(1, Math.Min(20, batches.StepsPerEpoch)),
                Checkpoints = new RunCheckpoints
                {
                    Folder = folder.Checkpoints,
                    Every = settings.CheckpointEvery,
                    Keep = settings.Keep,
                    KeepBest = 0,
                },
                Configuration = Settings,
                EarlyStop = settings.EarlyStop > 0
                    ? new EarlyStop { Patience = settings.EarlyStop, Measure = EvaluationMeasure.Accuracy }
                    : null,
                Logs = board is null ? [log, report] : [log, report, board],
            },
            average);
        trainer.Fit(batches, Classification.Objective(network, Loss), token => Test(folder, token), cancellationToken: cancellationToken);
    }

    /// <summary>Trains a few steps at rising rates and puts everything back.</summary>
    public LearningRateCurve FindLearningRate(CancellationToken cancellationToken)
    {
        var finder = new LearningRateFinder { MicroBatches = settings.MicroBatches, Seed = (ulong)settings.Seed };
        return finder.Find(network, optimizer, batches, Classification.Objective(network, Loss), cancellationToken);
    }

    public void Dispose()
    {
        average?.Dispose();
        optimizer.Dispose();
        network.Dispose();
    }

    // Called with the averaged weights in the network, so that what is tested is what is saved.
    private Evaluation Test(RunFolder folder, CancellationToken cancellationToken)
    {
        var result = Classification.Evaluate(network, test, normalization, device, cancellationToken: cancellationToken);
        network.Save(folder.ModelFile, test.Classes);
        if (folder.IsBest(result))
        {
            network.Save(folder.BestFile, test.Classes);
        }

        return result;
    }

    private string Describe(PictureSet train, long steps)
    {
        var all = NFNetCost.Parameters(network.Config);
        var trained = ParameterRoles.Of(network).Sum(parameter => parameter.Value.numel());
        var share = trained == all ? "" : string.Create(CultureInfo.InvariantCulture, $", {trained / 1e6:F2} M of them trained");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{network.Config.Name}: {all / 1e6:F2} M parameters{share}; {train.Count:N0} pictures of {train.Width} px "
            + $"to train on, {test.Count:N0} to test on, {train.Classes.Count} classes; {settings.Epochs} epochs of "
            + $"{steps / settings.Epochs} steps in {settings.Precision} on {device}, {ComputeThreads.Count} threads.");
    }
}
