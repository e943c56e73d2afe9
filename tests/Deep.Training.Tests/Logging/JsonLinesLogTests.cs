using System.Text.Json;
using System.Text.Json.Nodes;

namespace Deep.Training.Tests;

public class JsonLinesLogTests
{
    [Fact]
    public void What_is_written_reads_back()
    {
        using var folder = new TestFolder();
        using (var log = new JsonLinesLog(folder["history.jsonl"]))
        {
            log.Report(RunReports.At(10));
            log.Report(RunReports.Event(TrainingEventKind.Spike, 15));
            log.Report(RunReports.At(20, evaluated: true));
            Assert.Equal(2, JsonLinesLog.Read(log.Path).Count); // while the run goes on
        }

        var reports = JsonLinesLog.Read(folder["history.jsonl"]);
        Assert.Equal([10, 20], reports.Select(report => report.Step));
        var (expected, found) = (RunReports.At(20, evaluated: true), reports[1]);
        Assert.Equal(expected.Metrics, found.Metrics);
        Assert.Equal(expected.Evaluation!.Metrics, found.Evaluation!.Metrics);
        Assert.Equal(
            expected with { Metrics = found.Metrics, Evaluation = expected.Evaluation with { Metrics = found.Evaluation.Metrics } }, found);
    }

    [Fact]
    public void Every_line_is_a_json_object_and_what_is_not_finite_is_null()
    {
        using var folder = new TestFolder();
        using (var log = new JsonLinesLog(folder["history.jsonl"]))
        {
            log.Report(RunReports.At(10) with { Loss = double.NaN, GradientNorm = double.PositiveInfinity });
            log.Report(RunReports.Event(TrainingEventKind.UnreadablePicture, 10, "photos/\"broken\"\n.jpg"));
        }

        var lines = File.ReadAllLines(folder["history.jsonl"]).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(2, lines.Count);
        Assert.Null(lines[0]["loss"]);
        Assert.Null(lines[0]["gradientNorm"]);
        Assert.Equal("UnreadablePicture", (string?)lines[1]["event"]);
        Assert.Equal("photos/\"broken\"\n.jpg", (string?)lines[1]["path"]);
        Assert.True(double.IsNaN(JsonLinesLog.Read(folder["history.jsonl"])[0].Loss));
    }

    // Killed behind each line after the checkpoint and within it; each time it goes on from the checkpoint.
    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    public void A_resumed_runs_file_equals_that_of_one_never_stopped(long from)
    {
        using var folder = new TestFolder();
        var never = folder["never.jsonl"];
        using (var log = new JsonLinesLog(never))
        {
            Tell(log, 0, 60, seconds: 1);
        }

        var whole = File.ReadAllBytes(never);
        var afterSave = IndexAfter(whole, $$"""{"step":{{from}},""");
        var ends = Enumerable.Range(afterSave, whole.Length - afterSave + 1).Where(at => whole[at - 1] == '\n');
        foreach (var killedAt in ends.SelectMany(end => new[] { end, Math.Min(end + 11, whole.Length) }))
        {
            var resumed = folder["resumed.jsonl"];
            File.WriteAllBytes(resumed, whole[..killedAt]);
            using (var log = new JsonLinesLog(resumed))
            {
                log.Report(RunReports.Event(TrainingEventKind.DamagedCheckpoint, 60));
                log.Report(RunReports.Event(TrainingEventKind.Resumed, from));
                Tell(log, from, 60, seconds: 2);
            }

            Assert.Equal(WithoutTimes(never), WithoutTimes(resumed));
        }
    }

    [Fact]
    public void What_happens_again_at_the_step_of_the_checkpoint_is_on_the_file_once()
    {
        using var folder = new TestFolder();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var log = new JsonLinesLog(folder["history.jsonl"]);
            log.Report(RunReports.Event(TrainingEventKind.Resumed, 10));
            log.Report(RunReports.Event(TrainingEventKind.StoppedEarly, 10));
        }

        Assert.Single(File.ReadAllLines(folder["history.jsonl"]));
    }

    [Fact]
    public void A_run_that_is_not_resumed_begins_the_file_anew_and_an_unused_log_changes_nothing()
    {
        using var folder = new TestFolder();
        using (var log = new JsonLinesLog(folder["history.jsonl"]))
        {
            log.Report(RunReports.At(10));
        }

        using (new JsonLinesLog(folder["history.jsonl"]))
        {
            Assert.Single(JsonLinesLog.Read(folder["history.jsonl"]));
        }

        using (var log = new JsonLinesLog(folder["history.jsonl"]))
        {
            log.Report(RunReports.Event(TrainingEventKind.DamagedCheckpoint, 10));
            log.Report(RunReports.At(5));
        }

        Assert.Equal([5], JsonLinesLog.Read(folder["history.jsonl"]).Select(report => report.Step));
    }

    [Fact]
    public void A_file_that_is_not_a_log_is_refused_and_kept()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["notes.txt"], "dear diary\ntoday I trained\n{\"step\":1}\n");
        using (var log = new JsonLinesLog(folder["notes.txt"]))
        {
            var error = Assert.Throws<RunLogException>(() => log.Report(RunReports.Event(TrainingEventKind.Resumed, 5)));
            Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
            Assert.Equal(log.Path, error.Log);
        }

        Assert.StartsWith("dear diary", File.ReadAllText(folder["notes.txt"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"step\":1,\"steps\":2")]
    [InlineData("[1,2]\n")]
    [InlineData("{\"step\":\"one\"}\n")]
    [InlineData("\0\0\0\0\n")]
    public void A_torn_last_line_is_left_out(string tail)
    {
        using var folder = new TestFolder();
        using (var log = new JsonLinesLog(folder["history.jsonl"]))
        {
            log.Report(RunReports.At(10));
        }

        File.AppendAllText(folder["history.jsonl"], tail);
        Assert.Single(JsonLinesLog.Read(folder["history.jsonl"]));
    }

    [Fact]
    public void A_path_that_is_a_folder_or_below_none_is_one_clear_error()
    {
        using var folder = new TestFolder();
        Assert.Contains(folder.Path, Assert.Throws<RunLogException>(() => new JsonLinesLog(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<RunLogException>(() => new JsonLinesLog(Path.Combine(folder["missing"], "history.jsonl")));
        Assert.Throws<RunLogException>(() => JsonLinesLog.Read(folder["missing.jsonl"]));
        Assert.Throws<RunLogException>(() => JsonLinesLog.Read(folder.Path));
    }

    [Fact]
    public void A_full_disk_ends_the_run_with_an_error_that_names_the_log()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var log = new JsonLinesLog("/dev/full");
        var error = Assert.Throws<RunLogException>(() => log.Report(RunReports.At(10)));
        Assert.Contains("/dev/full", error.Message, StringComparison.Ordinal);
    }

    private static void Tell(JsonLinesLog log, long from, long to, double seconds)
    {
        for (var step = from + 1; step <= to; step++)
        {
            if (step % 20 == 1)
            {
                log.Report(RunReports.Event(TrainingEventKind.SkippedStep, step));
            }

            if (step % 5 == 0)
            {
                log.Report(RunReports.At(step, evaluated: step % 10 == 0, seconds));
            }

            if (step % 20 == 0)
            {
                log.Report(RunReports.Event(TrainingEventKind.Saved, step, $"run-{seconds}"));
            }
        }
    }

    // The position behind the line that begins so.
    private static int IndexAfter(byte[] content, string beginning)
    {
        var start = content.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(beginning));
        return start + content.AsSpan(start).IndexOf((byte)'\n') + 1;
    }

    private static List<string> WithoutTimes(string path) => [.. File.ReadAllLines(path).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("time");
        return json.ToJsonString(JsonSerializerOptions.Default);
    })];
}
