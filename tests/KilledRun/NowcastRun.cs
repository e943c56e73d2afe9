using Deep.Nowcast;
using Deep.Nowcast.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace KilledRun;

/// <summary>The smallest DGMR against its discriminators, on a shower that moves.</summary>
internal static class NowcastRun
{
    private const int Side = 32;
    private const int Frames = 12;

    private static readonly DgmrConfig Config = DgmrConfig.Paper with
    {
        ContextFrames = 2,
        ForecastSteps = 4,
        ContextChannels = 16,
        LatentChannels = 32,
        NoiseChannels = 1,
        SpatialFrames = 2,
        DiscriminatorChannels = 4,
        SpatialBlocks = 0,
        TemporalBlocks = 0,
    };

    public static void Train(string folder, IRunLog log)
    {
        manual_seed(7).Dispose();
        using var generator = new Dgmr(Config);
        using var discriminator = new DgmrDiscriminator(Config);
        var recipe = new DgmrRecipe
        {
            Batch = 2,
            Steps = SmallRun.Steps,
            Members = 2,
            GeneratorRate = 1e-3,
            DiscriminatorRate = 4e-3,
            SharesBatch = false,
            Average = AverageDecay.Fixed(0.9),
        };
        using var training = new DgmrTraining(generator, discriminator, recipe);
        using var history = new JsonLinesLog(Path.Combine(Directory.CreateDirectory(folder).FullName, KilledRuns.History));
        training.Fit(
            Batches(), recipe.Options() with
            {
                Seed = 5,
                ReportEvery = 1,
                EvaluateEvery = 8,
                Checkpoints = new RunCheckpoints { Folder = folder, Every = 3 },
                Logs = [log, history],
            },
            token => DgmrEvaluation.Evaluate(generator, [Batches().Read(0, 0, 1)], members: 2, cancellationToken: token));
    }

    private static RadarCropBatches Batches()
    {
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, Frames * Side * Side).Select(i => (float)Math.Max(
            0, 12 - (1.5 * Math.Sqrt(Math.Pow((i / Side % Side) - 16, 2) + Math.Pow((i % Side) - 8 - (i / (Side * Side)), 2))))).ToArray();
        var rain = RadarSequence.FromTensor(tensor(values, [Frames, Side, Side]));
        return new RadarCropBatches(
            new CropSampler([rain], new CropOptions { Frames = Config.ContextFrames + Config.ForecastSteps, Height = Side, Width = Side }), Config.ContextFrames, 2);
    }
}
