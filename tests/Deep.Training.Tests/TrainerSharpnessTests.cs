using Deep.Tensors;
using Deep.Tests;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests;

public class TrainerSharpnessTests
{
    private static readonly SharpnessAwareMinimization Sam = new() { Rho = 0.1 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_has_two_passes_over_one_batch_with_the_same_draws(bool isAdaptive)
    {
        var sharpness = Sam with { IsAdaptive = isAdaptive };
        using var run = new TestRun(Short() with { Steps = 3, Sharpness = sharpness });
        run.Fit();

        using var plain = new TestRun(Short() with { Steps = 3 });
        plain.Model.train();
        for (var step = 0; step < 3; step++)
        {
            using var scope = NewDisposeScope();
            using var batch = plain.Batches.Read(step, 0, 1);
            Backward(plain, batch, step);
            Assert.True(plain.Optimizer.Ascend(sharpness));
            Backward(plain, batch, step);
            plain.Optimizer.Return();
            plain.Optimizer.Step(Short().Schedule(step), requireFinite: true);
            plain.Average.Update(step);
        }

        Assert.True(run.HasStateOf(plain));
        using var without = new TestRun(Short() with { Steps = 3 });
        without.Fit();
        Assert.False(run.HasWeightsOf(without));
    }

    [Fact]
    public void The_ascent_is_over_the_gradient_of_all_micro_batches_together()
    {
        using var whole = new TestRun(Short() with { Sharpness = Sam }, dropout: 0);
        using var parts = new TestRun(Short() with { Sharpness = Sam, MicroBatches = 4 }, dropout: 0);
        whole.Fit();
        parts.Fit();
        Assert.All(whole.Model.parameters().Zip(parts.Model.parameters()), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-4, atol: 1e-6)));
    }

    [Fact]
    public void The_first_share_of_the_batch_is_enough_for_the_ascent()
    {
        var sizes = new List<long>();
        using var run = new TestRun(Short() with { Steps = 1, Sharpness = Sam with { AscentShare = 0.25 }, MicroBatches = 1 });
        run.Trainer.Fit(run.Batches, batch =>
        {
            sizes.Add(batch.Count);
            return run.Objective(batch);
        });
        Assert.Equal([1, 4], sizes);
    }

    [Fact]
    public void A_share_of_a_batch_that_cannot_be_sliced_is_refused()
    {
        using var run = new TestRun(Short() with { Sharpness = Sam with { AscentShare = 0.5 } });
        var error = Assert.Throws<ConfigurationException>(() => run.Trainer.Fit(new Whole(), _ => throw new InvalidOperationException("not called")));
        Assert.Contains("AscentShare", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Running_statistics_advance_once_a_step_and_not_at_all_in_a_step_that_is_left_out()
    {
        using var model = Sequential(("conv", Conv2d(3, 4, 3)), ("norm", BatchNorm2d(4)), ("pool", AdaptiveAvgPool2d(1)), ("flat", Flatten()), ("fc", Linear(4, 2)));
        model.to(TestDevice.Current);
        using var optimizer = new NesterovSgd(ParameterGroup.ByRole(model));
        var batches = new PictureBatches(TestPictures.Set(), new PictureBatchOptions { Multiplicity = AugmentationMultiplicity.FixedBatch(4, 1), Device = TestDevice.Current });
        var objective = Classification.Objective(model, new SoftTargetCrossEntropy());
        var calls = 0;
        var trainer = new Trainer(model, optimizer, Short() with { Steps = 5, Sharpness = Sam, SkippableSteps = 1 });
        trainer.Fit(batches, batch =>
        {
            var outcome = objective(batch);
            return ++calls == 3 ? outcome with { Loss = outcome.Loss.Times(double.NaN) } : outcome;
        });
        Assert.Equal(9, calls);
        Assert.Equal(4, model.state_dict()["norm.num_batches_tracked"].item<long>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Workers_that_read_ahead_change_no_bit(int workers)
    {
        using var alone = new TestRun(Short() with { MicroBatches = 2, Sharpness = Sam });
        using var helped = new TestRun(Short() with { MicroBatches = 2, Sharpness = Sam, Workers = workers });
        alone.Fit();
        helped.Fit();
        Assert.True(alone.HasStateOf(helped));
    }

    [Fact]
    public void A_limit_on_all_gradients_shortens_the_step_and_the_report_tells_the_norm_before()
    {
        using var free = new TestRun(Short());
        using var limited = new TestRun(Short() with { Limit = GradientLimit.GlobalNorm(1e-3) });
        var norms = (free.Fit().Reports[0].GradientNorm, limited.Fit().Reports[0].GradientNorm);
        Assert.InRange(norms.Item2, 1e-2, 1e2);
        Assert.False(free.HasWeightsOf(limited));
        Assert.InRange(norms.Item1, 1e-2, 1e2);
    }

    [Fact]
    public void Measures_of_the_objective_are_means_over_the_items_of_the_steps_since_the_last_report()
    {
        using var run = new TestRun(Short() with { Steps = 4, MicroBatches = 2, ReportEvery = 2 });
        var calls = 0;
        var result = run.Trainer.Fit(run.Batches, batch => run.Objective(batch) with
        {
            Metrics = new Dictionary<string, Tensor> { ["call"] = tensor((double)++calls) },
        });
        Assert.Equal([2.5, 6.5], result.Reports.Select(report => report.Metrics["call"]));
        Assert.All(result.Reports, report => Assert.InRange(report.BusyShare, 0, 1));
    }

    private static void Backward(TestRun run, LabelledPictures batch, int step)
    {
        run.Optimizer.ZeroGradients();
        ModelRandomness.Seed(0, step, part: 0);
        run.Objective(batch).Loss.backward();
    }

    private static TrainerOptions Short() => new() { Steps = 6, Schedule = Schedules.WarmupCosine(0.2, 2, 6) };

    private sealed class Whole : IBatchSource<Whole>, IDisposable
    {
        public long StepsPerEpoch => 1;

        public Whole Read(long stepNumber, int part, int parts) => this;

        public void Dispose()
        {
        }
    }
}
