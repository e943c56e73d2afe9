using Deep.Tensors;
using Deep.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class TrainerTests
{
    [Fact]
    public void Training_learns_and_tells_how_far_it_is()
    {
        var clock = new SteppingClock();
        var reports = new List<TrainingProgress>();
        using var run = new TestRun(new TrainerOptions { Steps = 40, Schedule = Schedules.Constant(1), ReportEvery = 10, Clock = clock }, dropout: 0);
        var result = run.Fit(new Reports(reports), evaluate: true);

        Assert.Equal(reports, result.Reports);
        Assert.True(reports[^1].Loss < 0.5 * reports[0].Loss, $"{reports[0].Loss} -> {reports[^1].Loss}");
        Assert.Equal(1, result.FinalEvaluation!.Accuracy);
        Assert.Equal([5, 10, 15, 20, 25, 30, 35, 40], reports.Select(r => r.Step));
        Assert.All(reports, r => Assert.True(r.Evaluation is not null && r.Step % 5 == 0));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], reports.Select(r => r.Epoch));
        Assert.All(reports, r => Assert.InRange(r.Accuracy, 0, 1));
        Assert.All(reports, r => Assert.InRange(r.ClippedShare, 0, 1));
        Assert.True(reports[0].ItemsPerSecond > 0 && reports[0].Remaining > reports[^1].Remaining);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
    }

    [Fact]
    public void The_same_seeds_give_the_same_weights_to_the_bit_and_another_seed_others()
    {
        using var first = new TestRun(Short(seed: 1));
        using var second = new TestRun(Short(seed: 1));
        using var third = new TestRun(Short(seed: 2));
        first.Fit();
        second.Fit();
        third.Fit();
        Assert.True(first.HasWeightsOf(second));
        Assert.False(first.HasWeightsOf(third), "dropout draws from the seed");
    }

    [Fact]
    public void A_collector_that_runs_all_the_time_changes_no_bit()
    {
        using var quiet = new TestRun(Short() with { Steps = 1000 });
        using var busy = new TestRun(Short() with { Steps = 1000 });
        quiet.Fit();
        using (new BusyCollector())
        {
            busy.Fit();
        }

        Assert.True(quiet.HasWeightsOf(busy));
    }

    [Fact]
    public void Micro_batches_sum_to_the_gradient_of_the_whole_batch()
    {
        using var whole = new TestRun(Short(), dropout: 0);
        using var parts = new TestRun(Short() with { MicroBatches = 4 }, dropout: 0);
        whole.Fit();
        parts.Fit();
        Assert.All(whole.Model.parameters().Zip(parts.Model.parameters()), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-4, atol: 1e-6)));
    }

    [Fact]
    public void Training_leaves_no_tensor_behind()
    {
        using var run = new TestRun(Short());
        run.Fit(evaluate: true);
        run.Optimizer.ZeroGradients();
        var live = new LiveTensors();
        run.Fit(evaluate: true);
        run.Optimizer.ZeroGradients();
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_with_the_step_and_changes_nothing()
    {
        using var run = new TestRun(Short());
        var before = run.Model.parameters().Select(p => p.detach().clone()).ToArray();
        var error = Assert.Throws<TrainingException>(() => run.Trainer.Fit(run.Batches, batch =>
        {
            var outcome = run.Objective(batch);
            return outcome with { Loss = outcome.Loss * double.NaN };
        }));
        Assert.Contains("step 0", error.Message, StringComparison.Ordinal);
        Assert.All(before.Zip(run.Model.parameters()), pair => Assert.True(Bits.Same(pair.First, pair.Second)));
    }

    [Fact]
    public void Steps_that_are_not_finite_are_left_out_and_counted_up_to_the_limit()
    {
        var calls = 0;
        using var run = new TestRun(Short() with { SkippableSteps = 2 });
        var result = run.Trainer.Fit(run.Batches, batch =>
        {
            var outcome = run.Objective(batch);
            return ++calls is 2 or 4 ? outcome with { Loss = outcome.Loss / 0 } : outcome;
        });
        Assert.Equal(2, result.SkippedSteps);
        Assert.Equal(4, run.Optimizer.Steps);
        Assert.All(run.Model.parameters(), p => Assert.True(p.isfinite().all().item<bool>()));
    }

    [Fact]
    public void A_cancelled_run_ends_between_two_steps_with_finite_weights()
    {
        using var source = new CancellationTokenSource();
        using var run = new TestRun(Short() with { ReportEvery = 1 });
        Assert.Throws<OperationCanceledException>(() =>
            run.Trainer.Fit(run.Batches, run.Objective, progress: new Cancelling(source, afterStep: 2), cancellationToken: source.Token));
        Assert.Equal(2, run.Optimizer.Steps);
    }

    [Fact]
    public void Evaluation_sees_the_average_in_evaluation_mode_without_gradients_and_training_goes_on_with_the_weights()
    {
        using var run = new TestRun(Short() with { EvaluateEvery = 3 });
        var evaluations = 0;
        run.Trainer.Fit(run.Batches, run.Objective, _ =>
        {
            evaluations++;
            Assert.False(run.Model.training);
            Assert.False(is_grad_enabled());
            Assert.All(run.Model.named_parameters(), named => Assert.True(Bits.Same(named.parameter, run.Average.State[named.name])));
            return new Evaluation(0, 0, 1);
        });
        Assert.Equal(2, evaluations);
        Assert.True(run.Model.training);
        using var unwatched = new TestRun(Short());
        unwatched.Fit();
        Assert.True(run.HasWeightsOf(unwatched));
    }

    [Fact]
    public void Options_out_of_their_range_are_named()
    {
        var options = Short();
        TrainerOptions[] wrong =
        [
            options with { Steps = 0 }, options with { MicroBatches = 0 },
            options with { ReportEvery = 0 }, options with { EvaluateEvery = -1 }, options with { SkippableSteps = -1 },
        ];
        Assert.All(wrong, o => Assert.StartsWith(
            "TrainerOptions.", Assert.Throws<ConfigurationException>(() => new TestRun(o)).Message, StringComparison.Ordinal));
    }

    private static TrainerOptions Short(ulong seed = 0) =>
        new() { Steps = 6, Schedule = Schedules.WarmupCosine(0.2, 2, 6), Seed = seed };

    private sealed class Reports(List<TrainingProgress> list) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => list.Add(value);
    }

    private sealed class Cancelling(CancellationTokenSource source, long afterStep) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == afterStep)
            {
                source.Cancel();
            }
        }
    }

    /// <summary>A clock that goes on by a second whenever it is read.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long _ticks;

        public override long GetTimestamp() => _ticks += TimestampFrequency;
    }
}
