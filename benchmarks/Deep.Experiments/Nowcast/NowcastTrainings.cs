using System.Globalization;
using Deep.Checkpoints;
using Deep.Nowcast;
using Deep.Nowcast.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Experiments.Nowcast;

/// <summary>Trains the small DGMR and its deterministic twin, each in a run folder from which it goes on.</summary>
internal sealed class NowcastTrainings(RadarEvents events, string folder, ulong seed)
{
    private const int TestCrops = 24;
    private const int TestBatch = 8;

    /// <summary>The adversarial one.</summary>
    public Dgmr Adversarial(long steps)
    {
        manual_seed((long)seed).Dispose();
        var generator = new Dgmr(SmallNowcast.Config);
        using var discriminator = new DgmrDiscriminator(SmallNowcast.Config);
        var recipe = SmallNowcast.Recipe with { Steps = steps };
        using var training = new DgmrTraining(generator, discriminator, recipe);
        using var log = Log("dgmr");
        training.Fit(Batches(recipe.Batch), Options(recipe.Options(), "dgmr", log), token => Evaluate(generator, 6, token));
        using (training.UseAverage())
        {
            Save(generator, "dgmr.safetensors");
        }

        return generator;
    }

    /// <summary>The deterministic one: the same generator, noise of zero, the weighted error alone.</summary>
    public Dgmr Deterministic(long steps)
    {
        manual_seed((long)seed + 1).Dispose();
        var generator = new Dgmr(SmallNowcast.Config);
        var recipe = SmallNowcast.Recipe with { Steps = steps };
        using var optimizer = recipe.GeneratorOptimizer(generator);
        using var log = Log("deterministic");
        var trainer = new Trainer(generator, optimizer, Options(recipe.Options(), "deterministic", log));
        trainer.Fit(Batches(recipe.Batch), DeterministicObjective.Of(generator), token => Evaluate(generator, 1, token));
        Save(generator, "deterministic.safetensors");
        return generator;
    }

    private void Save(Dgmr generator, string file) => Checkpoint.Save(Path.Combine(folder, file), generator.state_dict());

    private RadarCropBatches Batches(int batch) => new(new CropSampler(events.Train, SmallNowcast.Crops), SmallNowcast.Config.ContextFrames, batch, seed);

    private JsonLinesLog Log(string name) => new(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, "log.jsonl"));

    private TrainerOptions Options(TrainerOptions options, string name, JsonLinesLog log) => options with
    {
        Seed = seed,
        ReportEvery = 25,
        EvaluateEvery = 250,
        Checkpoints = new RunCheckpoints { Folder = Path.Combine(folder, name), Every = 250, Keep = 2 },
        Logs = [log, new Lines(name)],
    };

    private Evaluation Evaluate(Dgmr generator, int members, CancellationToken cancellationToken) =>
        DgmrEvaluation.Evaluate(generator, TestBatches(), members, seed, cancellationToken);

    private IEnumerable<RadarCrops> TestBatches()
    {
        var batches = new RadarCropBatches(
            new CropSampler([.. events.Test.Values], SmallNowcast.Crops), SmallNowcast.Config.ContextFrames, TestBatch, seed + 1);
        return Enumerable.Range(0, TestCrops / TestBatch).Select(number => batches.Read(number, 0, 1));
    }

    private sealed class Lines(string name) : IRunLog
    {
        public void Report(TrainingProgress progress)
        {
            var metrics = string.Join(' ', progress.Metrics.Concat((progress.Evaluation?.Metrics ?? new Dictionary<string, double>())
                .Select(metric => new KeyValuePair<string, double>($"test.{metric.Key}", metric.Value)))
                .Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:G4}")));
            var test = progress.Evaluation is { } evaluation ? string.Create(CultureInfo.InvariantCulture, $" CRPS {evaluation.Loss:F4}") : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name} step {progress.Step} after {progress.Elapsed:hh\\:mm\\:ss} loss {progress.Loss:G4}{test} {metrics}"));
        }

        public void Report(TrainingEvent happened)
        {
        }
    }
}
