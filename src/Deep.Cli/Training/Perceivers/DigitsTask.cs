using Deep.Cli.Commands;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Digits by their labels, with pixels in their places or permuted.</summary>
internal sealed class DigitsTask(TrainPerceiverSettings settings, Device device) : PerceiverTask
{
    // The ImageNet recipe's: both mixing and smoothing are blind to the order of the pixels.
    private const double Mixup = 0.2;

    private readonly DigitData data = DigitData.Read(settings);

    public override PerceiverConfig Config => SmallPerceivers.Digits;

    public override string Description => data.Description;

    public override string Data => data.Identity;

    public override IReadOnlyList<string> Labels { get; } = [.. Enumerable.Range(0, DigitSet.Classes).Select(digit => $"{digit}")];

    public override TrainingTerms Terms => TrainingTerms.StepsOf("digits");

    public override void Fit(Trainer trainer, Perceiver model, Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken) =>
        trainer.Fit(
            new DigitBatches(data.Train, settings.Batch, (ulong)settings.Seed, device, Mixup),
            Deep.Training.Classification.Objective(model, new SoftTargetCrossEntropy { LabelSmoothing = PerceiverRecipe.ImageNet.LabelSmoothing }), evaluate, cancellationToken: cancellationToken);

    public override Evaluation Evaluate(Perceiver model, CancellationToken cancellationToken) =>
        DigitClassification.Evaluate(model, data.Test, device, cancellationToken: cancellationToken);
}
