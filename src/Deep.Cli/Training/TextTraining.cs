using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Deep.Cli.Commands;
using Deep.Tensors;
using Deep.Training;
using Deep.Training.Plots;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>A run that trains a transformer on a text: data, model, recipe and what is saved.</summary>
internal sealed class TextTraining : IDisposable
{
    private const int LongestProbe = 256;
    private readonly TrainTextSettings settings;
    private readonly Device device;
    private readonly TextVocabulary vocabulary;
    private readonly TokenSequence train;
    private readonly TokenSequence heldOut;
    private readonly TextBatches batches;
    private readonly VanillaTransformer model;
    private readonly AdamW optimizer;

    /// <summary>Reads the text and builds the model.</summary>
    /// <param name="settings">What the command line says.</param>
    public TextTraining(TrainTextSettings settings)
    {
        this.settings = settings;
        device = Devices.Resolve(settings.Device);
        var text = TextFiles.Read(settings.Files);
        vocabulary = VocabularyChoice.Find(settings.Vocabulary, text);
        var name = settings.Files.Length == 1 ? settings.Files[0] : $"{settings.Files.Length} files";
        var tokens = TokenSequence.Of(name, text, vocabulary);
        (train, heldOut) = tokens.Split(settings.TestFraction);
        batches = new TextBatches(train, new TextBatchOptions
        {
            Context = settings.Context,
            BatchSize = settings.Batch,
            Seed = (ulong)settings.Seed,
            Device = device,
        });
        heldOut.RequireContext(settings.Context);
        model = Create();
        optimizer = new AdamW(ParameterGroup.ByRole(model, settings.WeightDecay), beta2: settings.Beta2);
        Entropies = (train.UnigramEntropy(), train.BigramEntropy());
        Description = Describe();
        Settings = RunSettings.Of(settings.Fixed, $"{train.Count} + {heldOut.Count} {vocabulary.Kind} with the hash {Hash(tokens)}");
    }

    /// <summary>What is going to happen, in one line.</summary>
    public string Description { get; }

    /// <summary>What cannot change when the run goes on, as text by the option's name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>What the frequencies of tokens and of pairs alone come to, in nats a token.</summary>
    public (double Unigram, double Bigram) Entropies { get; }

    /// <summary>Trains; the model file is written at each test, with a picture of the signal.</summary>
    public void Fit(RunFolder folder, IRunLog report, CancellationToken cancellationToken)
    {
        using var log = new JsonLinesLog(folder.LogFile);
        using var board = settings.TensorBoard ? new TensorBoardLog(folder.TensorBoard) : null;
        var before = ProbeAtStart();
        if (!File.Exists(folder.SignalFile))
        {
            SignalPng.Save(folder.SignalFile, before);
        }

        var trainer = new Trainer(model, optimizer, new TrainerOptions
        {
            Steps = settings.Steps,
            Schedule = ScheduleChoice.Make(settings.Schedule, settings.LearningRate, settings.WarmupSteps, settings.Steps),
            MicroBatches = settings.MicroBatches,
            Limit = settings.Clip > 0 ? GradientLimit.GlobalNorm(settings.Clip) : null,
            Seed = (ulong)settings.Seed,
            EvaluateEvery = settings.StepsPerTest,
            ReportEvery = Math.Max(1, Math.Min(20, settings.StepsPerTest)),
            Checkpoints = new RunCheckpoints
            {
                Folder = folder.Checkpoints,
                Every = settings.CheckpointEvery,
                Keep = settings.Keep,
                KeepBest = 0,
            },
            Configuration = Settings,
            Logs = board is null ? [log, report] : [log, report, board],
        });
        trainer.Fit(batches, NextTokenObjective.Of(model), token => Test(folder, before, token), cancellationToken: cancellationToken);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        model.Dispose();
    }

    // The tokens themselves: a text that changed gives another run.
    private static string Hash(TokenSequence tokens) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(tokens.Tokens)))[..12];

    private VanillaTransformer Create() =>
        VanillaTransformer.Create(settings.Config(vocabulary.Size, train), (ulong)settings.Seed, device);

    // A run that goes on has no such model any more; the seed makes it again.
    private SignalReport ProbeAtStart()
    {
        using var start = Create();
        return Probe(start) with { Name = "before training" };
    }

    private SignalReport Probe(VanillaTransformer probed)
    {
        using var tokens = heldOut.Windows(0, Math.Min(settings.Context, LongestProbe), 4, device);
        return SignalProbe.Run(probed, tokens);
    }

    private Evaluation Test(RunFolder folder, SignalReport before, CancellationToken cancellationToken)
    {
        var result = NextTokenObjective.Evaluate(
            model, heldOut, settings.Context, windows: settings.TestWindows, device: device, cancellationToken: cancellationToken);
        var metadata = new Dictionary<string, string> { [TextVocabulary.MetadataKey] = vocabulary.ToJson() };
        model.Save(folder.ModelFile, metadata);
        if (folder.IsBest(result))
        {
            model.Save(folder.BestFile, metadata);
        }

        SignalPng.Save(folder.SignalFile, before, Probe(model) with { Name = "at the last test" });
        return result;
    }

    private string Describe()
    {
        var parameters = ParameterRoles.Of(model).Sum(parameter => parameter.Value.numel());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Block}: {settings.Layers} layers of width {settings.Width}, {parameters / 1e6:F2} M parameters; {train.Count:N0} tokens "
            + $"({vocabulary.Size:N0} {vocabulary.Kind}) to train on, {heldOut.Count:N0} to test on; their frequencies alone: {Entropies.Unigram:F3} nats, "
            + $"pairs {Entropies.Bigram:F3}; {settings.Steps:N0} steps of {settings.Batch} windows of {settings.Context} tokens in "
            + $"{settings.Precision} on {device}, {ComputeThreads.Count} threads.");
    }
}
