using Deep.Tensors;
using Deep.Tests;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests;

public sealed class TrainerWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_whose_evaluations_no_longer_improve_ends_and_stays_ended()
    {
        double[] losses = [3, 2, 2.5, 1.99, 1.995, 1];
        var evaluations = 0;
        var log = new ListLog();
        var options = Short() with
        {
            Steps = 12,
            EvaluateEvery = 2,
            EarlyStop = new EarlyStop { Patience = 3, MinimumChange = 0.1 },
            Checkpoints = new RunCheckpoints { Folder = _folder.Path },
            Logs = [log],
        };
        Assert.Equal(10, Fit().Reports[^1].Step);
        Assert.Equal(TrainingEventKind.StoppedEarly, log.Kinds.Single(kind => kind is not TrainingEventKind.Saved));
        Assert.Contains("loss has not improved on 2 in 3 evaluations", log.Events[^2].Message, StringComparison.Ordinal);
        Assert.Equal(5, evaluations);
        Assert.Equal(10, Fit().Reports[^1].Step);
        Assert.Equal(5, evaluations);

        TrainingResult Fit()
        {
            using var run = new TestRun(options);
            return run.Trainer.Fit(run.Batches, run.Objective, _ => new Evaluation(losses[evaluations++], 0, 1));
        }
    }

    [Fact]
    public void An_early_stop_needs_an_evaluation()
    {
        using var run = new TestRun(Short() with { EarlyStop = new EarlyStop() });
        Assert.Equal("TrainerOptions.EarlyStop", Assert.Throws<ConfigurationException>(() => run.Fit()).Setting);
    }

    [Fact]
    public void A_loss_far_above_its_median_is_told_and_ends_the_run_where_that_is_asked_for()
    {
        var log = new ListLog();
        var options = Short() with { Steps = 12, Schedule = Schedules.Constant(0.001), Spikes = new SpikeDetection { Window = 4, Factor = 3 }, Logs = [log] };
        using var run = new TestRun(options);
        run.Trainer.Fit(run.Batches, Spiking(run));
        var spike = Assert.Single(log.Events);
        Assert.Equal((TrainingEventKind.Spike, 8L), (spike.Kind, spike.Step));
        Assert.Contains("the loss is", spike.Message, StringComparison.Ordinal);

        using var stopped = new TestRun(options with { Spikes = options.Spikes with { StopsRun = true } });
        Assert.Contains(
            "step 7", Assert.Throws<TrainingException>(() => stopped.Trainer.Fit(stopped.Batches, Spiking(stopped))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Epochs_are_an_alternative_to_steps()
    {
        using var run = new TestRun(Short() with { Steps = 0, Epochs = 1.5 });
        Assert.Equal(8, run.Fit().Reports[^1].Steps);
        Assert.Equal(8, run.Optimizer.Steps);
        var both = Assert.Throws<ConfigurationException>(() => new TestRun(Short() with { Epochs = 1 }));
        Assert.Equal("TrainerOptions.Epochs", both.Setting);
    }

    [Fact]
    public void The_learning_rate_finder_suggests_a_rate_that_learns_and_puts_everything_back()
    {
        // A quadratic loss in one layer: above a rate of 2 over the largest curvature, here near 0.01, it can only grow.
        using var model = Sequential(("flat", Flatten()), ("fc", Linear(3 * TestPictures.Side * TestPictures.Side, 1)));
        model.to(TestDevice.Current);
        using var optimizer = new NesterovSgd(ParameterGroup.ByRole(model, weightDecay: 0), momentum: 0);
        using var run = new TestRun(Short());
        using var before = model.parameters().First().detach().clone();
        var live = new LiveTensors();
        var curve = new LearningRateFinder { Lowest = 1e-6, Highest = 10, Steps = 60 }.Find(model, optimizer, run.Batches, batch =>
        {
            var error = model.call(batch.Pictures).Plus(-1);
            return new StepLoss((error * error).mean(), batch.Count);
        });
        Assert.Equal(0, live.Created);
        Assert.True(Bits.Same(before, model.parameters().First()), "the weights are as before");
        Assert.Equal(0, optimizer.Steps);
        Assert.Equal(curve.Points.Select(point => point.LearningRate).Order(), curve.Points.Select(point => point.LearningRate));
        Assert.True(curve.Points[^1].Smoothed > 4 * curve.Points.Min(point => point.Smoothed) && curve.Points.Count < 60);
        Assert.InRange(curve.LargestStable, 1e-4, 0.1);
        Assert.InRange(curve.Steepest, 1e-6, curve.LargestStable);
    }

    [Fact]
    public void A_step_of_the_callers_own_is_repeated_measured_and_saved()
    {
        var options = new TrainerOptions { Steps = 6, Schedule = Schedules.Constant(0.5), ReportEvery = 2, Checkpoints = new RunCheckpoints { Folder = _folder.Path, Every = 2, Keep = 2 } };
        using var whole = new TwoNumbers();
        var result = Trainer.Fit(whole, options);
        Assert.Equal([1.5, 3.5, 5.5], result.Reports.Select(report => report.Loss));
        Directory.Delete(_folder.In("step-00000006"), recursive: true);
        using var rest = new TwoNumbers();
        Trainer.Fit(rest, options);
        Assert.Equal(2, rest.Taken);
        Assert.Equal((whole.First, whole.Second), (rest.First, rest.Second));
    }

    [Fact]
    public void A_thousand_steps_with_everything_on_gain_no_tensor()
    {
        var options = Short() with
        {
            Steps = 100,
            MicroBatches = 2,
            Workers = 1,
            Sharpness = new SharpnessAwareMinimization(),
            Limit = GradientLimit.GlobalNorm(1),
            Spikes = new SpikeDetection { Window = 10 },
            EvaluateEvery = 50,
            Checkpoints = new RunCheckpoints { Folder = _folder.Path },
        };
        using var first = new TestRun(options);
        using var rest = new TestRun(options with { Steps = 1000, Checkpoints = new RunCheckpoints { Folder = _folder.In("rest"), Every = 250 } });
        var threads = get_num_threads();
        try
        {
            // Small tensors: a second thread would only wait for the first.
            set_num_threads(1);
            first.Fit(evaluate: true);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var live = new LiveTensors();
            rest.Fit(evaluate: true);
            Assert.InRange(live.CreatedInProcess, long.MinValue, 0);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static Func<LabelledPictures, StepLoss> Spiking(TestRun run)
    {
        var calls = 0;
        return batch =>
        {
            var outcome = run.Objective(batch);
            return ++calls == 8 ? outcome with { Loss = outcome.Loss.Times(100) } : outcome;
        };
    }

    private static TrainerOptions Short() => new() { Steps = 6, Schedule = Schedules.WarmupCosine(0.2, 2, 6) };

    /// <summary>Two numbers that follow each other, as two networks would.</summary>
    private sealed class TwoNumbers : ITrainingStep, IRunState, IDisposable
    {
        private readonly Tensor _numbers = zeros(2, ScalarType.Float64);

        public int Taken { get; private set; }

        public double First => _numbers[0].item<double>();

        public double Second => _numbers[1].item<double>();

        public long StepsPerEpoch => 3;

        public IReadOnlyDictionary<string, IRunState> State => new Dictionary<string, IRunState> { ["numbers"] = this };

        public IReadOnlyDictionary<string, string> Configuration => new Dictionary<string, string>();

        public StepOutcome Take(long number, double learningRate)
        {
            Taken++;
            using var scope = NewDisposeScope();
            using var next = tensor(new[] { Second + learningRate, First });
            _numbers.copy_(next);
            return new StepOutcome(number + 1, 1);
        }

        public Evaluation Evaluate(Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken) =>
            evaluate(cancellationToken);

        public IReadOnlyDictionary<string, Tensor> Save() =>
            new Dictionary<string, Tensor> { ["numbers"] = _numbers.clone().DetachFromDisposeScope() };

        public void Load(IReadOnlyDictionary<string, Tensor> state) => _numbers.copy_(state["numbers"]);

        public void Dispose() => _numbers.Dispose();
    }
}
