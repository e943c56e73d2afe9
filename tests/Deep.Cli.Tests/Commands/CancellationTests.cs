using Deep.Checkpoints;

namespace Deep.Cli.Tests.Commands;

public sealed class CancellationTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void Ctrl_C_ends_a_training_run_with_130_and_leaves_whole_files()
    {
        var set = folder.PictureSet("long", 20);
        using var tool = ChildProcess.Tool(
            folder.Root, "train", "images", set, "--model", folder.Config(), "--epochs", "100000", "--batch", "10",
            "--threads", "1", "--out", "stopped");
        while (tool.ReadLine() is { } line && !line.StartsWith("epoch", StringComparison.Ordinal))
        {
        }

        tool.Interrupt();
        var run = tool.Finish();

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);

        // libtorch has its own say on processors that one of its libraries does not support.
        Assert.Equal("error: Stopped.", run.Error.Trim().Split('\n')[^1]);
        Assert.Contains("The model of the last test: ", run.Output, StringComparison.Ordinal);
        Assert.Matches(
            @"Saved after step \d+ of \d+\. To go on: deep train images \S+long --model \S+ --epochs 100000 .*--out stopped", run.Output);
        Assert.Equal(
            ["best.safetensors", "curves.png", "history.jsonl", "log.jsonl", "model.safetensors", "settings.json"],
            Directory.EnumerateFiles(folder.At("stopped")).Select(Path.GetFileName).Order());
        using var checkpoint = Checkpoint.Open(folder.At("stopped", "model.safetensors"));
        Assert.NotEmpty(checkpoint.Tensors);
    }

    [Fact]
    public void A_cancelled_command_says_that_it_stopped()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var run = ToolRun.Of(["classify", folder.Draw("stop.png", 0), "--model", folder.Model()], cancelled.Token);
        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Equal("error: Stopped.", run.Error.Trim());
        Assert.Equal("", run.Output);
    }
}
