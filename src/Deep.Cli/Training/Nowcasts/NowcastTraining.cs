using System.Globalization;
using Deep.Cli.Commands;
using Deep.Cli.Nowcasts;
using Deep.Nowcast;
using Deep.Nowcast.Recipes;
using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Nowcasts;

/// <summary>A run that trains a DGMR: sequences, networks, recipe and what is saved.</summary>
internal sealed class NowcastTraining : IDisposable
{
    private const int ReportSteps = 20;
    private const ulong TestStream = 0x7E57_0000_0000_0000;
    private readonly TrainNowcastSettings settings;
    private readonly NowcastPreset preset;
    private readonly CropSampler train;
    private readonly CropSampler test;
    private readonly Dgmr generator;
    private readonly DgmrDiscriminator discriminator;
    private readonly DgmrTraining training;

    /// <summary>Reads the sequences and builds the networks.</summary>
    /// <param name="settings">What the command line says.</param>
    public NowcastTraining(TrainNowcastSettings settings)
    {
        (this.settings, preset) = (settings, settings.Chosen);
        var device = Devices.Resolve(settings.Device);
        train = new CropSampler(Read(settings.Radar), preset.Crops);
        test = new CropSampler(Read(settings.Test), preset.Crops);
        manual_seed(settings.Seed).Dispose();
        generator = new Dgmr(preset.Config, device);
        discriminator = new DgmrDiscriminator(preset.Config, device);
        training = new DgmrTraining(generator, discriminator, preset.Recipe);
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"{preset.Config}, {Parameters(generator):F2} M parameters, discriminators {Parameters(discriminator):F2} M; {train.Places:N0} places for crops of {preset.Crops.Height} x {preset.Crops.Width}, ")
            + string.Create(
            CultureInfo.InvariantCulture,
            $"cells of 4 mm/h or more {100 * train.ShareAbove(4):F2} % (of all {100 * train.ShareAbove(4, importance: false):F2} %); {Steps:N0} steps of {preset.Recipe.Batch} on {device}, {ComputeThreads.Count} threads.");
        Settings = RunSettings.Of(
            [
                ("--preset", settings.Preset), ("--config", preset.Config.ToJson()), ("--steps", Steps), ("--batch", preset.Recipe.Batch),
                ("--members", preset.Recipe.Members), ("--members-per-pass", preset.Recipe.MembersPerPass), ("--lambda", settings.Lambda),
                ("--lr", preset.Recipe.GeneratorRate), ("--size", preset.Crops.Height), ("--coarsen", settings.Coarsen), ("--uniform", settings.Uniform),
                ("--test-crops", settings.TestCrops), ("--seed", settings.Seed),
            ],
            $"{string.Join(", ", settings.Radar.Select(Name))} with {train.Places} places, tested on {string.Join(", ", settings.Test.Select(Name))} with {test.Places}");
    }

    /// <summary>Updates of the generator.</summary>
    public long Steps => preset.Recipe.Steps;

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
        var batches = new RadarCropBatches(train, preset.Config.ContextFrames, preset.Recipe.Batch, (ulong)settings.Seed);
        var options = preset.Recipe.Options() with
        {
            Seed = (ulong)settings.Seed,
            EvaluateEvery = settings.StepsPerTest,
            ReportEvery = Math.Max(1, Math.Min(ReportSteps, settings.StepsPerTest)),
            Checkpoints = new RunCheckpoints { Folder = folder.Checkpoints, Every = settings.CheckpointEvery, Keep = 2, KeepBest = 0 },
            Configuration = Settings,
            Logs = [log, report],
        };
        training.Fit(batches, options, token => Test(folder, token), cancellationToken: cancellationToken);
    }

    public void Dispose()
    {
        training.Dispose();
        discriminator.Dispose();
        generator.Dispose();
    }

    private static double Parameters(nn.Module network) => network.parameters().Sum(parameter => parameter.numel()) / 1e6;

    private static string Name(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    private RadarSequence[] Read(IEnumerable<string> folders) =>
        [.. folders.SelectMany(folder => RadarSequence.ReadRuns(RadarFiles.Of([folder])).Select(run => run.Coarsen(settings.Coarsen)))];

    private Evaluation Test(RunFolder folder, CancellationToken cancellationToken)
    {
        var batches = new RadarCropBatches(test, preset.Config.ContextFrames, 1, (ulong)settings.Seed ^ TestStream);
        var result = DgmrEvaluation.Evaluate(
            generator, Enumerable.Range(0, settings.TestCrops).Select(number => batches.Read(number, 0, 1)), preset.Recipe.Members, (ulong)settings.Seed, cancellationToken);
        LastMetrics = result.Metrics;
        generator.Save(folder.ModelFile);
        if (folder.IsBest(result))
        {
            generator.Save(folder.BestFile);
        }

        return result;
    }
}
