using System.Diagnostics;
using System.Text.Json;
using Deep.NFNets;
using Deep.NFNets.Recipes;
using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>Trains the runs of a scaling grid; each that is done stands in a file and is not done again.</summary>
internal sealed class ScalingRuns
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
    private readonly ScalingGrid grid;
    private readonly string file;
    private readonly Device device;
    private readonly Precision precision;
    private readonly NFNetConfig config;
    private readonly PictureNormalization normalization;
    private readonly PictureSet train;
    private readonly PictureSet test;

    /// <summary>Reads the pictures.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="file">Where finished runs stand, one JSON object a line.</param>
    /// <param name="deviceName">cpu, cuda, cuda:N or auto.</param>
    /// <param name="cancellationToken">Ends the reading between two pictures.</param>
    public ScalingRuns(ScalingGrid grid, string file, string deviceName, CancellationToken cancellationToken)
    {
        (this.grid, this.file) = (grid, file);
        device = Devices.Resolve(deviceName);
        precision = Precisions.Parse(grid.Precision);
        Precisions.Require(precision, device);
        var chosen = ConfigChoice.Find(grid.Model);
        var size = grid.Size ?? chosen.TrainSize;
        (train, test, _) = ImageData.Read(grid.Data, size, grid.TestFraction, grid.Seed, unreadable: 0, cancellationToken);
        config = chosen with { Classes = train.Classes.Count, TrainSize = size, TestSize = size };
        normalization = new PictureNormalization(
            [.. config.Mean.Select(value => (float)value)],
            [.. config.StandardDeviation.Select(value => (float)value)]);
    }

    /// <summary>The multiply-adds of training a cell.</summary>
    public double Compute(ScalingCell cell)
    {
        var network = config.WithWidth(cell.Width);
        return ScalingRun.ComputeOf(
            NFNetCost.MultiplyAdds(network, network.TrainSize, network.TrainSize), (double)Steps(cell) * grid.Batch);
    }

    /// <summary>The run of a cell: from the file, or trained and added to it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="progress">Told of a run that is trained.</param>
    /// <param name="cancellationToken">Ends it between two steps; this run is then done anew.</param>
    public ScalingRecord Of(ScalingCell cell, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        if (Finished().FirstOrDefault(record => record.Cell == cell) is { } known)
        {
            return known;
        }

        var record = Train(cell, progress, cancellationToken);
        File.AppendAllText(file, JsonSerializer.Serialize(record, Json) + "\n");
        return record;
    }

    private long Steps(ScalingCell cell) => Math.Max(1, (long)Math.Round(cell.Epochs * train.Count / grid.Batch));

    // A line that was torn when the machine stopped is a run that is not finished.
    private IEnumerable<ScalingRecord> Finished()
    {
        var text = File.Exists(file) ? File.ReadAllText(file) : "";
        return text[..(text.LastIndexOf('\n') + 1)]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<ScalingRecord>(line, Json)!);
    }

    private ScalingRecord Train(ScalingCell cell, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        var scaled = config.WithWidth(cell.Width);
        var steps = Steps(cell);
        var recipe = new NFNetRecipe
        {
            Batch = grid.Batch,
            Steps = steps,
            PeakRate = grid.LearningRate,
            WarmupSteps = (long)(grid.WarmupShare * steps),
            WeightDecay = grid.WeightDecay,
            Clipping = grid.Clipping > 0 ? new AdaptiveGradientClipping { ClipFactor = grid.Clipping } : null,
            LabelSmoothing = 0,
            Mixing = null,
            AverageDecay = 0,
        };
        manual_seed((long)(grid.Seed >> 1)).Dispose();
        using var network = new NFNet(scaled, device);
        using var optimizer = recipe.Optimizer(network);
        var batches = new PictureBatches(train, new PictureBatchOptions
        {
            Multiplicity = AugmentationMultiplicity.FixedBatch(grid.Batch, copies: 1),
            Seed = grid.Seed,
            Augmentations = [new RandomCrop { Padding = Math.Max(1, scaled.TrainSize / 8) }, new HorizontalFlip()],
            Normalization = normalization,
            Precision = precision,
            Device = device,
        });
        var trainer = new Trainer(network, optimizer, new TrainerOptions
        {
            Steps = steps,
            Schedule = recipe.ScheduleOver(train.Count),
            Seed = grid.Seed,
            ReportEvery = 20,
            EvaluateEvery = steps,
        });
        var clock = Stopwatch.StartNew();
        var result = trainer.Fit(
            batches, recipe.Objective(network),
            token => Classification.Evaluate(network, test, normalization, device, cancellationToken: token),
            progress, cancellationToken);
        var end = result.FinalEvaluation!;
        return new ScalingRecord(
            cell, NFNetCost.Parameters(scaled), steps, Compute(cell), end.Loss, end.Accuracy,
            Math.Round(clock.Elapsed.TotalSeconds, 1));
    }
}
