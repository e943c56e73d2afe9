using Deep.Checkpoints;

namespace Deep.Cli.Tests.Commands;

public sealed class ResumeTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void A_stopped_run_goes_on_by_the_same_command_to_the_same_bits()
    {
        var set = folder.PictureSet("resumed", 8);
        Train(set, "whole", CancellationToken.None).Succeeded();

        // Threads of their own: a timer of the pool may come after the end of the run while other tests keep the pool busy.
        using var stop = new CancellationTokenSource();
        ToolRun? stopped = null;
        var running = new Thread(() => stopped = Train(set, "stopped", stop.Token));
        running.Start();
        while (running.IsAlive && !HasHistory("stopped", lines: 2))
        {
            Thread.Sleep(1);
        }

        stop.Cancel();
        running.Join();
        Assert.Equal(ExitCode.Cancelled, stopped!.ExitCode);
        Assert.Contains("To go on: deep train images ", stopped.Output, StringComparison.Ordinal);

        var resumed = Train(set, "stopped", CancellationToken.None).Succeeded();

        Assert.Contains("The run goes on after step ", resumed.Output, StringComparison.Ordinal);
        Assert.Equal(Weights("whole"), Weights("stopped"));
        Assert.Equal(WithoutTimes("whole"), WithoutTimes("stopped"));
    }

    [Fact]
    public void A_changed_option_is_named_with_both_values_and_fresh_starts_anew()
    {
        var set = folder.PictureSet("changed", 4);
        Train(set, "changed-run", default, "--epochs", "2").Succeeded();

        var sentence = Train(set, "changed-run", default, "--epochs", "2", "--lr", "0.3").Sentence();
        Assert.Contains("--lr was 0.1 and is 0.3", sentence, StringComparison.Ordinal);
        Assert.Contains("--fresh", sentence, StringComparison.Ordinal);
        Assert.Contains("--epochs was 2 and is 3", Train(set, "changed-run", default, "--epochs", "3").Sentence(), StringComparison.Ordinal);

        folder.Draw(Path.Combine("changed", "red", "another.png"), 2, seed: 50);
        Assert.Contains("the data was 11 + 1 pictures", Train(set, "changed-run", default, "--epochs", "2").Sentence(), StringComparison.Ordinal);

        var fresh = Train(set, "changed-run", default, "--epochs", "3", "--fresh").Succeeded();
        Assert.DoesNotContain("goes on", fresh.Output, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(folder.At("changed-run", "history.jsonl")).Length);
    }

    [Fact]
    public void A_finished_run_has_nothing_left_to_do()
    {
        var set = folder.PictureSet("finished", 4);
        Train(set, "finished-run", default, "--epochs", "2").Succeeded();
        var model = File.ReadAllBytes(folder.At("finished-run", "model.safetensors"));
        var again = Train(set, "finished-run", default, "--epochs", "2").Succeeded();
        Assert.Contains("Test accuracy", again.Output, StringComparison.Ordinal);
        Assert.Equal(model, File.ReadAllBytes(folder.At("finished-run", "model.safetensors")));
    }

    [Fact]
    public void A_folder_that_another_run_has_is_refused()
    {
        var set = folder.PictureSet("shared", 4);
        var checkpoints = Directory.CreateDirectory(folder.At("shared-run", "checkpoints")).FullName;
        using var other = FileLock.TryTake(Path.Combine(checkpoints, "command.lock"));
        Assert.Contains("Another run is training into", Train(set, "shared-run", default).Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        var file = folder.At("a-file");
        File.WriteAllText(file, "");
        var sentence = Train(folder.PictureSet("unwritten", 4), Path.Combine("a-file", "run"), default).Sentence();
        Assert.Contains(file, sentence, StringComparison.Ordinal);
        Assert.Contains("cannot be written", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_are_as_many_and_as_often_as_asked()
    {
        var set = folder.PictureSet("kept", 4);
        Train(set, "kept-run", default, "--epochs", "3", "--checkpoint-every", "2", "--keep", "3").Succeeded();
        var steps = Directory.GetDirectories(folder.At("kept-run", "checkpoints")).Select(Path.GetFileName).Order();
        Assert.Equal(["step-00000002", "step-00000003"], steps);
    }

    private ToolRun Train(string data, string run, CancellationToken stop, params string[] options) => ToolRun.Of(
        [
            "train", "images", data, "--model", folder.Config(), "--batch", "8", "--threads", "1", "--device", "cpu",
            "--out", folder.At(run), .. options.Contains("--epochs") ? Array.Empty<string>() : ["--epochs", "40"], .. options,
        ],
        stop);

    private bool HasHistory(string run, int lines)
    {
        var file = folder.At(run, "history.jsonl");
        return File.Exists(file) && File.ReadAllLines(file).Length >= lines;
    }

    private byte[] Weights(string run) => File.ReadAllBytes(folder.At(run, "model.safetensors"));

    private string[] WithoutTimes(string run) =>
        [.. File.ReadAllLines(folder.At(run, "history.jsonl")).Select(line => line[..line.IndexOf(",\"itemsPerSecond\"", StringComparison.Ordinal)])];
}
