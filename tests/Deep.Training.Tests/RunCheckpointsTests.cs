using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public sealed class RunCheckpointsTests : IDisposable
{
    private const int Steps = 12;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(11)]
    public void A_run_that_was_stopped_and_goes_on_equals_one_that_was_not_to_the_bit(int stop)
    {
        using var whole = new TestRun(Options(checkpoints: null));
        var expected = whole.Fit(evaluate: true);
        Stop(stop);
        var log = new ListLog();
        using var rest = new TestRun(Options() with { Logs = [log] });
        var result = rest.Fit(evaluate: true);

        Assert.Equal(TrainingEventKind.Resumed, log.Kinds.First());
        Assert.Equal(stop, log.Events[0].Step);
        Assert.True(whole.HasStateOf(rest));
        Assert.Equal(expected.FinalEvaluation!.Loss, result.FinalEvaluation!.Loss);
        Assert.Equal(
            expected.Reports.Select(r => (r.Step, r.Loss, r.Accuracy, r.ClippedShare, r.GradientNorm)),
            result.Reports.Select(r => (r.Step, r.Loss, r.Accuracy, r.ClippedShare, r.GradientNorm)));
        Assert.All(log.Reports, report => Assert.True(report.Remaining >= TimeSpan.Zero && report.Elapsed > TimeSpan.Zero));
    }

    [Fact]
    public void A_checkpoint_is_a_folder_whose_manifest_has_length_and_hash_of_every_file()
    {
        Train();
        var checkpoint = _folder.In("step-00000012");
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(checkpoint, "manifest.json")));
        var files = manifest.RootElement.GetProperty("files").EnumerateObject().ToArray();
        Assert.Equal(
            ["average.safetensors", "configuration.json", "model.safetensors", "optimizer.safetensors", "state.json"],
            files.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(files, file =>
        {
            var bytes = File.ReadAllBytes(Path.Combine(checkpoint, file.Name));
            Assert.Equal(bytes.Length, file.Value.GetProperty("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Value.GetProperty("sha256").GetString());
        });
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, ".*.tmp"));
    }

    [Theory]
    [InlineData("model.safetensors", "flip")]
    [InlineData("optimizer.safetensors", "flip")]
    [InlineData("average.safetensors", "remove")]
    [InlineData("state.json", "flip")]
    [InlineData("manifest.json", "truncate")]
    [InlineData("manifest.json", "remove")]
    [InlineData("configuration.json", "truncate")]
    public void A_damaged_newest_checkpoint_is_passed_over_for_the_one_before_which_says_so(string file, string damage)
    {
        using var whole = Train();
        Damage(_folder.In("step-00000012", file), damage);
        var log = new ListLog();
        using var rest = new TestRun(Options() with { Logs = [log] });
        rest.Fit(evaluate: true);

        Assert.Equal([TrainingEventKind.DamagedCheckpoint, TrainingEventKind.Resumed], log.Kinds.Take(2));
        Assert.Equal([12L, 9L], log.Events.Take(2).Select(happened => happened.Step));
        Assert.Contains(file, log.Events[0].Message, StringComparison.Ordinal);
        Assert.True(whole.HasStateOf(rest));
        using var again = new TestRun(Options());
        again.Fit(evaluate: true);
        Assert.True(whole.HasStateOf(again), "the damaged checkpoint was replaced");
    }

    [Fact]
    public void A_state_that_was_written_by_another_is_passed_over_even_where_its_hash_fits()
    {
        Train().Dispose();
        var (state, manifest) = (_folder.In("step-00000012", "state.json"), _folder.In("step-00000012", "manifest.json"));
        var changed = JsonNode.Parse(File.ReadAllBytes(state))!;
        changed["randomState"] = "AAAA";
        File.WriteAllText(state, changed.ToJsonString());
        var fitting = JsonNode.Parse(File.ReadAllBytes(manifest))!;
        fitting["files"]!["state.json"]!["bytes"] = new FileInfo(state).Length;
        fitting["files"]!["state.json"]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(state)));
        File.WriteAllText(manifest, fitting.ToJsonString());
        var log = new ListLog();
        using var rest = new TestRun(Options() with { Logs = [log] });
        rest.Fit(evaluate: true);
        Assert.Equal([TrainingEventKind.DamagedCheckpoint, TrainingEventKind.Resumed], log.Kinds.Take(2));
        Assert.Contains("state.json is not the state", log.Events[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_which_all_checkpoints_are_damaged_does_not_start_from_the_beginning()
    {
        Train().Dispose();
        foreach (var checkpoint in Directory.GetDirectories(_folder.Path))
        {
            Damage(Path.Combine(checkpoint, "model.safetensors"), "flip");
        }

        using var rest = new TestRun(Options());
        var error = Assert.Throws<TrainingException>(() => rest.Fit());
        Assert.Contains("model.safetensors is not what was written", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, rest.Optimizer.Steps);
    }

    [Fact]
    public void A_changed_setting_is_named_with_what_was_saved_and_what_is_given()
    {
        Stop(4);
        var options = Options();
        (TrainerOptions Options, string Setting, string Saved, string Given)[] changes =
        [
            (options with { Steps = 20 }, "TrainerOptions.Steps", "12", "20"),
            (options with { Seed = 9 }, "TrainerOptions.Seed", "3", "9"),
            (options with { MicroBatches = 2 }, "TrainerOptions.MicroBatches", "1", "2"),
            (options with { Schedule = Schedules.Constant(0.1) }, "TrainerOptions.Schedule", "0 .. 0.1", "0.1 .. 0.1"),
            (options with { Configuration = new Dictionary<string, string> { ["Data"] = "b" } }, "Configuration.Data", "a", "b"),
            (options with { Configuration = new Dictionary<string, string>() }, "Configuration.Data", "a", "missing"),
        ];
        Assert.All(changes, change =>
        {
            using var rest = new TestRun(change.Options);
            var error = Assert.Throws<ConfigurationException>(() => rest.Fit());
            Assert.Equal(change.Setting, error.Setting);
            Assert.Contains($"must be {change.Saved}", error.Message, StringComparison.Ordinal);
            Assert.Contains($"but is {change.Given}", error.Message, StringComparison.Ordinal);
            Assert.Equal(0, rest.Optimizer.Steps);
        });
        using var decayed = new TestRun(options, weightDecay: 1e-2);
        Assert.Equal("Optimizer", Assert.Throws<ConfigurationException>(() => decayed.Fit()).Setting);
    }

    [Fact]
    public void What_may_change_does_not_keep_a_run_from_going_on()
    {
        Stop(4);
        using var rest = new TestRun(Options() with { ReportEvery = 1, EvaluateEvery = 2, SkippableSteps = 7, Clock = TimeProvider.System });
        rest.Fit();
        using var whole = new TestRun(Options(checkpoints: null));
        whole.Fit();
        Assert.True(whole.HasStateOf(rest));
    }

    [Fact]
    public void Two_runs_cannot_train_into_one_folder()
    {
        using var first = new TestRun(Options() with { ReportEvery = 1, Logs = [new ListLog { OnReport = OtherRun }] });
        Assert.Contains("Another run", Assert.Throws<TrainingException>(() => first.Fit()).Message, StringComparison.Ordinal);

        void OtherRun(TrainingProgress report)
        {
            using var second = new TestRun(Options());
            second.Fit();
        }
    }

    [Fact]
    public void The_last_and_the_best_checkpoints_stay()
    {
        var accuracies = new Queue<double>([0.5, 0.9, 0.1, 0.9]);
        using var run = new TestRun(Options(new RunCheckpoints { Folder = _folder.Path, Keep = 2, Best = EvaluationMeasure.Accuracy }) with { EvaluateEvery = 3 });
        run.Trainer.Fit(run.Batches, run.Objective, _ => new Evaluation(1, accuracies.Dequeue(), 1));
        Assert.Equal(["step-00000006", "step-00000009", "step-00000012"], Names());
    }

    [Fact]
    public void A_measure_says_which_of_two_evaluations_is_better()
    {
        var evaluation = new Evaluation(0.5, 0.75, 4) { Metrics = new Dictionary<string, double> { ["error"] = 2 } };
        Assert.Equal([0.5, 0.75, 2], new[] { EvaluationMeasure.Loss, EvaluationMeasure.Accuracy, EvaluationMeasure.Metric("error", false) }.Select(m => m.Of(evaluation)));
        Assert.True(double.IsNaN(EvaluationMeasure.Metric("other", true).Of(evaluation)));
        Assert.True(EvaluationMeasure.Loss.Gain(1, over: 2) > 0 && EvaluationMeasure.Accuracy.Gain(1, over: 2) < 0);
    }

    [Fact]
    public void A_run_that_has_ended_is_read_and_not_trained_again()
    {
        using var whole = Train();
        var log = new ListLog();
        using var again = new TestRun(Options() with { Logs = [log] });
        var result = again.Fit(evaluate: true);
        Assert.Equal([TrainingEventKind.Resumed], log.Kinds);
        Assert.Empty(log.Reports);
        Assert.Equal(Steps, result.Reports[^1].Step);
        Assert.NotNull(result.FinalEvaluation);
        Assert.True(whole.HasStateOf(again));
    }

    [Fact]
    public void A_run_that_is_cancelled_while_it_evaluates_makes_that_evaluation_when_it_goes_on()
    {
        using var whole = new TestRun(Options(checkpoints: null));
        var expected = whole.Fit(evaluate: true);
        using var source = new CancellationTokenSource();
        using var run = new TestRun(Options());
        var error = Assert.Throws<OperationCanceledException>(() => run.Trainer.Fit(run.Batches, run.Objective, token =>
        {
            source.Cancel();
            token.ThrowIfCancellationRequested();
            return new Evaluation(0, 0, 1);
        }, cancellationToken: source.Token));
        Assert.Contains($"after step 5 of 12; started again with the folder {_folder.Path}", error.Message, StringComparison.Ordinal);
        using var rest = new TestRun(Options());
        var result = rest.Fit(evaluate: true);
        Assert.Equal(expected.Reports.Select(r => (r.Step, r.Loss, r.Evaluation?.Loss)), result.Reports.Select(r => (r.Step, r.Loss, r.Evaluation?.Loss)));
        Assert.True(whole.HasStateOf(rest));
    }

    [Fact]
    public void What_a_killed_writer_left_goes_at_the_next_start_and_nothing_else()
    {
        Directory.CreateDirectory(_folder.In($".{Guid.NewGuid():N}.tmp", "sub"));
        File.WriteAllText(_folder.In($".{Guid.NewGuid():N}.tmp"), "rest");
        File.WriteAllText(_folder.In("notes.tmp"), "mine");
        Train().Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, ".*.tmp"));
        Assert.True(File.Exists(_folder.In("notes.tmp")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_clear_error()
    {
        File.WriteAllText(_folder.In("file"), "");
        using var run = new TestRun(Options(new RunCheckpoints { Folder = _folder.In("file") }));
        var error = Assert.Throws<TrainingException>(() => run.Fit());
        Assert.Contains(_folder.In("file"), error.Message, StringComparison.Ordinal);
        Assert.Equal(0, run.Optimizer.Steps);
        if (OperatingSystem.IsLinux())
        {
            // Nobody may write there, not even root, whom permissions of other folders do not hold back.
            using var readOnly = new TestRun(Options(new RunCheckpoints { Folder = "/proc/deep-run" }));
            Assert.Contains("cannot be written", Assert.Throws<TrainingException>(() => readOnly.Fit()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Saving_and_going_on_leave_no_tensor_behind()
    {
        using var source = new CancellationTokenSource();
        using var first = new TestRun(Options() with { Logs = [new ListLog { OnReport = report => CancelAfter(8, report, source) }] });
        using var rest = new TestRun(Options());
        var live = new LiveTensors();
        Assert.Throws<OperationCanceledException>(() => first.Trainer.Fit(first.Batches, first.Objective, cancellationToken: source.Token));
        first.Optimizer.ZeroGradients();
        Assert.Equal(0, live.Created);
        rest.Fit(evaluate: true);
        rest.Optimizer.ZeroGradients();
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Options_out_of_their_range_are_named()
    {
        var checkpoints = new RunCheckpoints { Folder = _folder.Path };
        RunCheckpoints[] wrong = [checkpoints with { Folder = " " }, checkpoints with { Every = -1 }, checkpoints with { Keep = 0 }, checkpoints with { KeepBest = -1 }];
        Assert.All(wrong, w => Assert.StartsWith(
            "RunCheckpoints.", Assert.Throws<ConfigurationException>(() => new TestRun(Options(w))).Message, StringComparison.Ordinal));
    }

    private TrainerOptions Options() => Options(new RunCheckpoints { Folder = _folder.Path, Every = 3 });

    private static TrainerOptions Options(RunCheckpoints? checkpoints) => new()
    {
        Steps = Steps,
        Schedule = Schedules.WarmupCosine(0.2, 4, Steps),
        Seed = 3,
        ReportEvery = 4,
        Checkpoints = checkpoints,
        Configuration = new Dictionary<string, string> { ["Data"] = "a" },
    };

    private TestRun Train()
    {
        var run = new TestRun(Options());
        run.Fit(evaluate: true);
        run.Optimizer.ZeroGradients();
        return run;
    }

    private void Stop(int after)
    {
        using var source = new CancellationTokenSource();
        var log = new ListLog();
        using var run = new TestRun(Options() with { Logs = [log] });
        var calls = 0;
        Assert.Throws<OperationCanceledException>(() => run.Trainer.Fit(
            run.Batches,
            batch =>
            {
                if (++calls == after)
                {
                    source.Cancel();
                }

                return run.Objective(batch);
            },
            _ => Classification.Evaluate(run.Model, TestPictures.Set(), device: Deep.Tests.TestDevice.Current, cancellationToken: CancellationToken.None),
            cancellationToken: source.Token));
        Assert.Equal(after, log.Events[^1].Step);
        Assert.True(Directory.Exists(log.Events[^1].Path));
        run.Optimizer.ZeroGradients();
    }

    private static void CancelAfter(long step, TrainingProgress report, CancellationTokenSource source)
    {
        if (report.Step == step)
        {
            source.Cancel();
        }
    }

    private string[] Names() => [.. Directory.GetDirectories(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "flip":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "truncate":
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
                break;
            default:
                File.Delete(path);
                break;
        }
    }
}
