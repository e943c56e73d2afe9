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
    private const int NormIterations = 20;
    private const int TwinBatch = 3;
    private const int TwinSide = 96;
    private const long TwinSteps = 2500;
    private const long TwinWarmup = 100;
    private const double TwinRate = 1.5e-3;
    private const double TwinLastRate = 2e-4;
    private const string Twin = "deterministic";
    private static readonly CropOptions TwinCrops = SmallNowcast.Crops with { Height = TwinSide, Width = TwinSide };

    /// <summary>The deterministic one: the same generator, noise of zero, the weighted error alone.</summary>
    public void Deterministic()
    {
        manual_seed((long)seed + 1).Dispose();
        using var generator = new Dgmr(SmallNowcast.Config);
        var recipe = SmallNowcast.Recipe with { Steps = TwinSteps, GeneratorRate = TwinRate };
        using var optimizer = recipe.GeneratorOptimizer(generator);
        using var log = Log(Twin);
        var options = Options(recipe.Options(), Twin, log) with { Schedule = Schedules.WarmupCosine(TwinRate, TwinWarmup, TwinSteps, minimum: TwinLastRate) };
        new Trainer(generator, optimizer, options).Fit(
            Batches(TwinBatch, TwinCrops), DeterministicObjective.Of(generator), token => Evaluate(generator, 1, token));
    }

    /// <summary>The adversarial one, from where the deterministic one ended: in an hour, what moves where need not be learnt twice.</summary>
    public void Adversarial(long steps)
    {
        manual_seed((long)seed).Dispose();
        using var generator = Newest(Twin, "model");
        using var discriminator = new DgmrDiscriminator(SmallNowcast.Config);
        var recipe = SmallNowcast.Recipe with { Steps = steps };
        using var training = new DgmrTraining(generator, discriminator, recipe);
        using var log = Log("dgmr");
        training.Fit(Batches(recipe.Batch, SmallNowcast.Crops), Options(recipe.Options(), "dgmr", log), token => Evaluate(generator, 6, token));
    }

    /// <summary>Whether a training has come to a checkpoint.</summary>
    public bool Has(string name) =>
        Directory.Exists(Path.Combine(folder, name)) && Directory.GetDirectories(Path.Combine(folder, name), "step-*").Length > 0;

    /// <summary>A generator from the newest checkpoint of a training.</summary>
    /// <param name="name">The training.</param>
    /// <param name="part">The checkpoint's part: the average, or the model.</param>
    public Dgmr Newest(string name, string part)
    {
        var run = Directory.GetDirectories(Path.Combine(folder, name), "step-*").Order(StringComparer.Ordinal).LastOrDefault()
            ?? throw new Deep.ConfigurationException("--only", $"a training of {name} that has a checkpoint in {folder}", "none");
        Console.WriteLine($"{name}: {Path.GetFileName(run)}");
        var generator = new Dgmr(SmallNowcast.Config);
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Path.Combine(run, $"{part}.safetensors"));
        new ModelState(generator).Load(file.Tensors.Keys.ToDictionary(tensor => tensor, file.Read));
        for (var i = 0; i < NormIterations; i++)
        {
            generator.IterateSpectralNorms();
        }

        generator.Save(Path.Combine(folder, $"{name}.safetensors"));
        return generator;
    }

    private RadarCropBatches Batches(int batch, CropOptions crops) => new(new CropSampler(events.Train, crops), SmallNowcast.Config.ContextFrames, batch, seed);

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
            var test = progress.Evaluation?.Metrics.Select(metric => KeyValuePair.Create($"test.{metric.Key}", metric.Value)) ?? [];
            var metrics = string.Join(' ', progress.Metrics.Concat(test).Select(metric => Text($"{metric.Key} {metric.Value:G4}")));
            var crps = progress.Evaluation is { } evaluation ? Text($" CRPS {evaluation.Loss:F4}") : "";
            Console.WriteLine(Text($"{name} step {progress.Step} after {progress.Elapsed:hh\\:mm\\:ss} loss {progress.Loss:G4}{crps} {metrics}"));
        }

        public void Report(TrainingEvent happened)
        {
        }

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
