using System.Globalization;
using Deep.Checkpoints;
using Deep.Cli.Commands;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>A run that trains a Perceiver: task, model, recipe and what is saved.</summary>
internal sealed class PerceiverTraining : IDisposable
{
    private readonly TrainPerceiverSettings settings;
    private readonly PerceiverRecipe recipe;
    private readonly Perceiver model;
    private readonly Optimizer optimizer;

    /// <summary>Reads the data and builds the model.</summary>
    /// <param name="settings">What the command line says.</param>
    public PerceiverTraining(TrainPerceiverSettings settings)
    {
        this.settings = settings;
        var device = Devices.Resolve(settings.Device);
        Task = PerceiverTask.Of(settings, device);
        var config = settings.Config is null ? Task.Config : Read(settings.Config);
        recipe = new PerceiverRecipe
        {
            Batch = settings.Batch,
            Steps = settings.Steps,
            PeakRate = settings.Rate,
            WarmupSteps = settings.Warmup ?? PerceiverOptimizer.Warmup(settings.Optimizer, settings.Steps),
            FlatShare = settings.Flat,
            WeightDecay = settings.WeightDecay,
            MaximumNorm = settings.Clip,
        };
        manual_seed(settings.Seed).Dispose();
        model = new Perceiver(config, device);
        optimizer = PerceiverOptimizer.Make(settings.Optimizer, model, recipe);
        var parameters = ParameterRoles.Of(model).Sum(parameter => parameter.Value.numel());
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"{config}, {parameters / 1e6:F2} M parameters; {Task.Description}; {settings.Steps:N0} steps of {settings.Batch} with "
            + $"{settings.Optimizer} on {device}, {ComputeThreads.Count} threads.");
        Settings = RunSettings.Of([.. settings.Fixed, ("--config", config.ToJson())], Task.Data);
    }

    /// <summary>What it is trained on.</summary>
    public PerceiverTask Task { get; }

    /// <summary>What is going to happen, in one line.</summary>
    public string Description { get; }

    /// <summary>What cannot change when the run goes on, as text by the option's name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>The other measures of the last test, by name; none where a finished run was only looked at.</summary>
    public IReadOnlyDictionary<string, double> LastMetrics { get; private set; } = new Dictionary<string, double>();

    /// <summary>Trains; the model file is written at each test.</summary>
    public void Fit(RunFolder folder, IRunLog report, CancellationToken cancellationToken)
    {
        using var log = new JsonLinesLog(folder.LogFile);
        var trainer = new Trainer(model, optimizer, recipe.OptionsOver(1) with
        {
            Seed = (ulong)settings.Seed,
            EvaluateEvery = settings.StepsPerTest,
            ReportEvery = Math.Max(1, Math.Min(20, settings.StepsPerTest)),
            Checkpoints = new RunCheckpoints { Folder = folder.Checkpoints, Every = settings.CheckpointEvery, Keep = settings.Keep, KeepBest = 0 },
            Configuration = Settings,
            Logs = [log, report],
        });
        Task.Fit(trainer, model, token => Test(folder, token), cancellationToken);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
    }

    private static PerceiverConfig Read(string file) => File.Exists(file)
        ? PerceiverConfig.FromJson(File.ReadAllText(file))
        : throw new WrongInputException($"There is no configuration file '{file}'.");

    private Evaluation Test(RunFolder folder, CancellationToken cancellationToken)
    {
        var result = Task.Evaluate(model, cancellationToken);
        LastMetrics = result.Metrics;
        if (Task.Examples(model) is { } examples)
        {
            var png = examples.EncodePng();
            AtomicFile.Write(folder.ExamplesFile, stream => stream.Write(png));
        }

        model.Save(folder.ModelFile, Task.Labels);
        if (folder.IsBest(result))
        {
            model.Save(folder.BestFile, Task.Labels);
        }

        return result;
    }
}
