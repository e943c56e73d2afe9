using System.Globalization;
using Deep.Cli.Commands;
using Deep.Media;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Optical flow of pictures under known motions.</summary>
internal sealed class FlowTask : PerceiverTask
{
    private const int TestBatches = 16;
    private const ulong TestStream = 0x7E57_0000_0000_0000;

    private readonly AffineFlowOptions options;
    private readonly AffineFlowBatches train;
    private readonly AffineFlowBatches test;
    private readonly string pictures;

    public FlowTask(TrainPerceiverSettings settings, Device device)
    {
        options = new AffineFlowOptions
        {
            Height = settings.Height,
            Width = settings.Width,
            BatchSize = settings.Batch,
            Shift = settings.Shift,
            PlainSteps = settings.Plain ?? settings.Steps,
            Seed = (ulong)settings.Seed,
            Device = device,
        };
        var files = PictureFiles.Find(settings.Data);
        var testFiles = settings.Test.Length == 0 ? files : PictureFiles.Find(settings.Test);
        train = new AffineFlowBatches([.. files.Select(file => Picture.Open(file))], options);
        test = new AffineFlowBatches(
            [.. testFiles.Select(file => Picture.Open(file))], options with { Seed = options.Seed ^ TestStream, Augments = false });
        pictures = $"{files.Count} pictures, tested on {(settings.Test.Length == 0 ? "the same" : $"{testFiles.Count} others")}";
        Data = $"{files.Count} + {testFiles.Count} pictures with the hash {Hash(files)} {Hash(testFiles)}";
    }

    public override PerceiverConfig Config => SmallPerceivers.Flow(options.Height, options.Width);

    public override string Description => string.Create(
        CultureInfo.InvariantCulture, $"frames of {options.Width} x {options.Height} from {pictures}, shifts up to {options.Shift:0.#} pixels");

    public override string Data { get; }

    public override TrainingTerms Terms => TrainingTerms.StepsOf("pixels");

    public override EvaluationMeasure Measure => EvaluationMeasure.Loss;

    public override void Fit(Trainer trainer, Perceiver model, Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken) =>
        trainer.Fit(train, FlowObjective.Of(model), evaluate, cancellationToken: cancellationToken);

    public override Evaluation Evaluate(Perceiver model, CancellationToken cancellationToken) =>
        FlowObjective.Evaluate(model, Enumerable.Range(0, TestBatches).Select(step => test.Read(step, 0, 1)), cancellationToken);

    public override string Result(EpochRecord last) => string.Create(
        CultureInfo.InvariantCulture, $"Test end-point error {last.TestLoss:F3} pixels, {100 * last.TestAccuracy:F1} % less than one pixel off,");
}
