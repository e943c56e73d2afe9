using System.Globalization;
using Deep.Cli.Commands;
using Deep.Media;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Optical flow of pictures under known motions.</summary>
internal sealed class FlowTask : PerceiverTask
{
    private const int TestBatches = 16;
    private const int ShownPairs = 6;
    private const int Enlarged = 4;
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
        train = new AffineFlowBatches([.. files.Select(file => Read(file, settings.Reduce))], options);
        test = new AffineFlowBatches(
            [.. testFiles.Select(file => Read(file, settings.Reduce))], options with { Seed = options.Seed ^ TestStream, Augments = false });
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

    // For each pair: both frames, the true flow, and the model's, drawn to one scale.
    public override Picture Examples(Perceiver model)
    {
        using var scope = NewDisposeScope();
        using var batch = test.Read(0, 0, 1);
        var flow = FlowObjective.Estimate(model, batch);
        var longest = Math.Sqrt(batch.Flow.mul(batch.Flow).sum(-1).max().item<float>());
        return PictureGrid.Of(
            [.. Enumerable.Range(0, (int)Math.Min(ShownPairs, batch.Count)).Select(i => (IReadOnlyList<Picture>)
            [
                Frame(batch.First[i]), Frame(batch.Second[i]),
                FlowPicture.Draw(Field(batch.Flow[i]), longest), FlowPicture.Draw(Field(flow[i]), longest),
            ])],
            Enlarged);
    }

    public override string Result(EpochRecord last) => string.Create(
        CultureInfo.InvariantCulture, $"Test end-point error {last.TestLoss:F3} pixels, {100 * last.TestAccuracy:F1} % less than one pixel off,");

    private static Picture Read(string file, int reduce)
    {
        var picture = Picture.Open(file);
        return reduce == 1 ? picture : picture.Resize(Math.Max(1, picture.Width / reduce), Math.Max(1, picture.Height / reduce));
    }

    private static Picture Frame(Tensor planes) => Picture.FromTensor(planes.Plus(1).Times(127.5).round().to(ScalarType.Byte).cpu());

    private static FlowField Field(Tensor flow)
    {
        var (height, width) = ((int)flow.shape[0], (int)flow.shape[1]);
        var both = flow.permute(2, 0, 1).contiguous().cpu();
        var values = both.data<float>().ToArray();
        return new FlowField(width, height, values[..(height * width)], values[(height * width)..]);
    }
}
