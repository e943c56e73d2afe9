using Deep.Tests;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests;

/// <summary>A tiny classifier with all that a run has, always the same at the start.</summary>
internal sealed class TestRun : IDisposable
{
    public TestRun(TrainerOptions options, double dropout = 0.5, double weightDecay = 1e-4)
    {
        manual_seed(6).Dispose();
        Model = Sequential(
            ("conv", Conv2d(3, 8, 3, padding: 1)), ("act", ReLU()), ("pool", AdaptiveAvgPool2d(1)), ("flat", Flatten()),
            ("drop", Dropout(dropout)), ("fc", Linear(8, 2)));
        Model.to(TestDevice.Current);
        Optimizer = new NesterovSgd(ParameterGroup.ByRole(Model, weightDecay, new AdaptiveGradientClipping()));
        Average = new WeightAverage(Model, AverageDecay.TensorFlow1(0.9));
        Batches = new PictureBatches(
            TestPictures.Set(), new PictureBatchOptions
            {
                Multiplicity = AugmentationMultiplicity.FixedBatch(4, 1),
                Augmentations = [new RandomCrop { Padding = 1 }, new HorizontalFlip()],
                Device = TestDevice.Current,
            });
        Objective = Classification.Objective(Model, new SoftTargetCrossEntropy());
        Trainer = new Trainer(Model, Optimizer, options, Average);
    }

    public TorchSharp.Modules.Sequential Model { get; }

    public NesterovSgd Optimizer { get; }

    public WeightAverage Average { get; }

    public PictureBatches Batches { get; }

    public Func<LabelledPictures, StepLoss> Objective { get; }

    public Trainer Trainer { get; }

    public TrainingResult Fit(IProgress<TrainingProgress>? progress = null, bool evaluate = false) => Trainer.Fit(
        Batches, Objective, evaluate ? token => Classification.Evaluate(Model, TestPictures.Set(), device: TestDevice.Current, cancellationToken: token) : null, progress);

    public bool HasWeightsOf(TestRun other) => Model.parameters().Zip(other.Model.parameters()).All(pair => Bits.Same(pair.First, pair.Second));

    /// <summary>Weights, average and optimiser, to the bit.</summary>
    public bool HasStateOf(TestRun other)
    {
        using var scope = NewDisposeScope();
        var (mine, theirs) = (Optimizer.Save(), other.Optimizer.Save());
        return HasWeightsOf(other)
            && Average.State.All(entry => Bits.Same(entry.Value, other.Average.State[entry.Key]))
            && mine.All(entry => Bits.Same(entry.Value, theirs[entry.Key]));
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Average.Dispose();
        Model.Dispose();
    }
}
