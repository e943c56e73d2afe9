using System.Globalization;
using Deep.Cli.Commands;
using Deep.NFNets;
using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>One run of <c>deep train images</c>: data, network, recipe and what is saved.</summary>
internal sealed class ImageTraining : IDisposable
{
    private readonly TrainImagesSettings settings;
    private readonly Device device;
    private readonly PictureSet test;
    private readonly PictureBatches batches;
    private readonly PictureNormalization normalization;
    private readonly NFNet network;
    private readonly NesterovSgd optimizer;
    private readonly WeightAverage? average;

    /// <summary>Reads the pictures and builds the network.</summary>
    /// <param name="settings">What the command line says.</param>
    /// <param name="cancellationToken">Ends the reading between two pictures.</param>
    public ImageTraining(TrainImagesSettings settings, CancellationToken cancellationToken)
    {
        this.settings = settings;
        device = Devices.Resolve(settings.Device);
        var precision = Precisions.Parse(settings.Precision);
        Precisions.Require(precision, device);
        var chosen = ConfigChoice.Find(settings.Model);
        var size = settings.Size ?? chosen.TrainSize;
        var seed = (ulong)settings.Seed;
        (var train, test) = ImageData.Read(settings.Data, size, settings.TestFraction, seed, cancellationToken);
        var config = chosen with { Classes = train.Classes.Count, TrainSize = size, TestSize = size };
        normalization = new PictureNormalization(
            [.. config.Mean.Select(value => (float)value)],
            [.. config.StandardDeviation.Select(value => (float)value)]);
        batches = new PictureBatches(train, new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(settings.Batch, settings.Multiplicity),
            Seed = seed,
            Augmentations = [new RandomCrop { Padding = Math.Max(1, size / 8) }, new HorizontalFlip()],
            Mixing = settings.Mixup > 0 || settings.Cutmix > 0
                ? new Mixing
                {
                    Mixup = settings.Mixup > 0 ? new Mixup { Alpha = settings.Mixup } : null,
                    Cutmix = settings.Cutmix > 0 ? new Cutmix { Alpha = settings.Cutmix } : null,
                }
                : null,
            Normalization = normalization,
            Precision = precision,
            Device = device,
        });

        manual_seed(settings.Seed).Dispose();
        network = new NFNet(config, device);
        optimizer = new NesterovSgd(ParameterGroup.ByRole(
            network,
            settings.WeightDecay,
            settings.Clipping > 0 ? new AdaptiveGradientClipping { ClipFactor = settings.Clipping } : null));
        average = settings.WeightAverage > 0
            ? new WeightAverage(network, AverageDecay.TensorFlow1(settings.WeightAverage))
            : null;
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"{config.Name}: {NFNetCost.Parameters(config) / 1e6:F2} M parameters; {train.Count:N0} pictures of {size} px "
            + $"to train on, {test.Count:N0} to test on, {train.Classes.Count} classes; {settings.Epochs} epochs of "
            + $"{batches.StepsPerEpoch} steps in {settings.Precision} on {device}, {ComputeThreads.Count} threads.");
    }

    /// <summary>What is going to happen, in one line.</summary>
    public string Description { get; }

    /// <summary>Trains; the model file is written at each test.</summary>
    public void Fit(RunFolder folder, IProgress<TrainingProgress> report, CancellationToken cancellationToken)
    {
        var steps = batches.StepsPerEpoch * settings.Epochs;
        var warmup = (settings.Warmup ?? Math.Min(2, settings.Epochs / 4.0)) * batches.StepsPerEpoch;
        var trainer = new Trainer(
            network,
            optimizer,
            new TrainerOptions
            {
                Steps = steps,
                Schedule = Schedules.WarmupCosine(settings.LearningRate, warmup, steps),
                Seed = (ulong)settings.Seed,
                EvaluateEvery = batches.StepsPerEpoch * settings.TestEvery,
                ReportEvery = Math.Max(1, Math.Min(20, batches.StepsPerEpoch)),
            },
            average);
        var loss = new SoftTargetCrossEntropy { LabelSmoothing = settings.LabelSmoothing };
        trainer.Fit(batches, Classification.Objective(network, loss), token => Test(folder, token), report, cancellationToken);
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
        if (folder.Best is not { } best || result.Accuracy > best.TestAccuracy)
        {
            network.Save(folder.BestFile, test.Classes);
        }

        return result;
    }
}
