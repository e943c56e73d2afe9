using System.Globalization;
using Deep.Cli.Commands;
using Deep.Cli.Tour;
using Deep.Media;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Digits and their labels through one latent array.</summary>
internal sealed class AutoencodeTask(TrainPerceiverSettings settings, Device device) : PerceiverTask
{
    private const int ShownDigits = 16;

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

    // The digits above, what comes back below.
    public override Picture Examples(Perceiver model)
    {
        using var scope = NewDisposeScope();
        using var batch = DigitAutoencoding.All(data.Test, device, ShownDigits).First();
        var images = model.Run(batch.Input)[DigitAutoencoding.Image].reshape(batch.Count, DigitSet.PixelCount).cpu().contiguous();
        var back = images.data<float>().ToArray();
        return PictureGrid.Of(
        [
            [.. Enumerable.Range(0, (int)batch.Count).Select(i => DigitPicture.Draw(data.Test.Pixels(i)))],
            [.. Enumerable.Range(0, (int)batch.Count).Select(i => DigitPicture.Draw(
                [.. back.Skip(i * DigitSet.PixelCount).Take(DigitSet.PixelCount).Select(value => (value + 1) / 2)]))],
        ]);
    }

    public override string Result(EpochRecord last) => string.Create(
        CultureInfo.InvariantCulture, $"Test: {100 * last.TestAccuracy:F2} % of the labels, weighted loss {last.TestLoss:F4},");
}
