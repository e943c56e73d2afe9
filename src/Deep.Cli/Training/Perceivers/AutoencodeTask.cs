using System.Globalization;
using Deep.Cli.Commands;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Digits and their labels through one latent array.</summary>
internal sealed class AutoencodeTask(TrainPerceiverSettings settings, Device device) : PerceiverTask
{
    private readonly DigitData data = DigitData.Read(settings);

    public override PerceiverConfig Config => SmallPerceivers.DigitAutoencoder;

    public override string Description => data.Description;

    public override string Data => data.Identity;

    public override TrainingTerms Terms => TrainingTerms.StepsOf("digits");

    public override EvaluationMeasure Measure => EvaluationMeasure.Loss;

    public override void Fit(Trainer trainer, Perceiver model, Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken) =>
        trainer.Fit(
            new DigitAutoencoding(new DigitBatches(data.Train, settings.Batch, (ulong)settings.Seed, device)),
            AutoencodingObjective.Of(model, DigitAutoencoding.Losses), evaluate, cancellationToken: cancellationToken);

    public override Evaluation Evaluate(Perceiver model, CancellationToken cancellationToken) =>
        AutoencodingObjective.Evaluate(model, DigitAutoencoding.All(data.Test, device), DigitAutoencoding.Losses, cancellationToken: cancellationToken);

    public override string Result(EpochRecord last) => string.Create(
        CultureInfo.InvariantCulture, $"Test: {100 * last.TestAccuracy:F2} % of the labels, weighted loss {last.TestLoss:F4},");
}
