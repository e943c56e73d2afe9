using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Deep.Cli.Commands;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Hidden words of a text, byte by byte.</summary>
internal sealed class BytesTask : PerceiverTask
{
    private const int TestWindows = 512;

    private readonly TrainPerceiverSettings settings;
    private readonly Device device;
    private readonly TokenSequence train;
    private readonly TokenSequence test;

    public BytesTask(TrainPerceiverSettings settings, Device device)
    {
        (this.settings, this.device) = (settings, device);
        var bytes = Bytes(settings.Data);
        (train, test) = settings.Test.Length == 0 ? bytes.Split(settings.TestFraction) : (bytes, Bytes(settings.Test));
        Data = $"{train.Count} + {test.Count} bytes with the hash {Hash(train)} {Hash(test)}";
    }

    public override PerceiverConfig Config => SmallPerceivers.Bytes(settings.Context);

    public override string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{train.Count:N0} bytes to train on, {test.Count:N0} to test on; their frequencies alone: {train.UnigramEntropy():F3} nats");

    public override string Data { get; }

    public override TrainingTerms Terms => TrainingTerms.StepsOf("hidden bytes");

    public override EvaluationMeasure Measure => EvaluationMeasure.Loss;

    public override void Fit(Trainer trainer, Perceiver model, Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken)
    {
        var options = new TextBatchOptions { Context = settings.Context, BatchSize = settings.Batch, Seed = (ulong)settings.Seed, Device = device };
        trainer.Fit(new MaskedByteBatches(train, options, copySteps: settings.Copy ?? settings.Steps / 4), MaskedLanguageObjective.Of(model), evaluate, cancellationToken: cancellationToken);
    }

    public override Evaluation Evaluate(Perceiver model, CancellationToken cancellationToken) => MaskedLanguageObjective.Evaluate(
        model, test, settings.Context, windows: TestWindows, device: device, cancellationToken: cancellationToken);

    public override string Result(EpochRecord last) => string.Create(
        CultureInfo.InvariantCulture, $"Test loss {last.TestLoss:F4} nats a hidden byte, {100 * last.TestAccuracy:F2} % right,");

    private static TokenSequence Bytes(string[] files) => MaskedByteBatches.Bytes(files[0], TextFiles.Read(files));

    private static string Hash(TokenSequence tokens) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(tokens.Tokens)))[..12];
}
