using System.Text.Json;
using Deep.Perceivers;

namespace Deep.Cli.Tests.Commands;

public sealed class TrainPerceiverTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    private static readonly string[] Fixed = ["--threads", "1", "--device", "cpu"];

    public static TheoryData<string, string, string> Tasks => new()
    {
        { "digits", "digits.csv", "--batch 8 --steps 6" },
        { "autoencode", "digits.csv", "--batch 8 --steps 6" },
        { "points", "shapes", "--batch 4 --steps 4 --points 24" },
        { "text", "text.txt", "--batch 4 --steps 6 --context 32" },
        { "flow", "pictures", "--batch 2 --steps 4 --height 8 --width 12" },
    };

    [Theory]
    [MemberData(nameof(Tasks))]
    public void A_run_leaves_a_model_that_loads_and_the_history(string task, string data, string options)
    {
        var run = Train(task, data, task, options.Split(' ')).Succeeded();
        Assert.Contains("M parameters; ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"The model: {folder.At(task, "model.safetensors")}", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                "best.safetensors", "curves.png", .. task is "autoencode" or "flow" ? ["examples.png"] : Array.Empty<string>(),
                "history.jsonl", "log.jsonl", "model.safetensors", "settings.json",
            ],
            Directory.EnumerateFiles(folder.At(task)).Select(Path.GetFileName).Order());
        using var model = Perceiver.Load(folder.At(task, "model.safetensors"), device: TorchSharp.torch.CPU);
        using var last = JsonDocument.Parse(File.ReadAllLines(folder.At(task, "history.jsonl"))[^1]);
        Assert.True(double.IsFinite(last.RootElement.GetProperty("testLoss").GetDouble()));
        Assert.InRange(last.RootElement.GetProperty("testAccuracy").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task A_stopped_run_goes_on_by_the_same_command_to_the_same_bits()
    {
        string[] longer = ["--batch", "8", "--steps", "60", "--test-every", "5"];
        Train("digits", "digits.csv", "whole", longer).Succeeded();
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => Run("digits", "digits.csv", "stopped", stop.Token, longer));
        while (!running.IsCompleted && !HasTests("stopped", 2))
        {
            await Task.Delay(1);
        }

        await stop.CancelAsync();
        var stopped = await running;
        Assert.Equal(ExitCode.Cancelled, stopped.ExitCode);
        Assert.Contains("To go on: deep perceiver train digits ", stopped.Output, StringComparison.Ordinal);
        Assert.Contains("The run goes on after step ", Train("digits", "digits.csv", "stopped", longer).Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal(Bytes("whole"), Bytes("stopped"));
    }

    [Theory]
    [InlineData("autoencode", "digits.csv", "--batch 8 --steps 60 --test-every 4")]
    [InlineData("text", "text.txt", "--batch 4 --steps 60 --test-every 4 --context 32")]
    public void A_killed_run_goes_on_to_the_same_bits(string task, string data, string options)
    {
        string[] given = options.Split(' ');
        Train(task, data, $"{task}-whole", given).Succeeded();
        using (var tool = ChildProcess.Tool(
            folder.Root, ["perceiver", "train", task, Data(data), "--out", folder.At($"{task}-killed"), .. given, .. Fixed]))
        {
            while (!HasTests($"{task}-killed", 2) && tool.ReadLine() is not null)
            {
            }
        }

        Assert.False(File.ReadAllLines(folder.At($"{task}-killed", "history.jsonl")).Length > 14, "the run came to its end before it was killed");
        Train(task, data, $"{task}-killed", given).Succeeded();
        Assert.Equal(Bytes($"{task}-whole"), Bytes($"{task}-killed"));
    }

    [Fact]
    public void A_changed_option_or_file_is_named_with_both_values()
    {
        string[] shorter = ["--batch", "8", "--steps", "2"];
        Train("digits", "digits.csv", "changed", shorter).Succeeded();
        Assert.Contains("--permute was default and is 3", Train("digits", "digits.csv", "changed", [.. shorter, "--permute", "3"]).Sentence(), StringComparison.Ordinal);
        Assert.Contains("<TASK> was digits and is autoencode", Train("autoencode", "digits.csv", "changed", shorter).Sentence(), StringComparison.Ordinal);
        File.AppendAllText(Data("digits.csv"), File.ReadAllLines(Data("digits.csv"))[0] + "\n");
        Assert.Contains("the data was ", Train("digits", "digits.csv", "changed", shorter).Sentence(), StringComparison.Ordinal);
        Train("digits", "digits.csv", "changed", [.. shorter, "--fresh"]).Succeeded();
    }

    [Theory]
    [InlineData("letters", "digits.csv", "", "<TASK> must be one of digits, points")]
    [InlineData("digits", "missing.csv", "", "missing.csv")]
    [InlineData("digits", "text.txt", "", "in line 1")]
    [InlineData("points", "digits.csv", "", "points takes two OBJ files or more")]
    [InlineData("points", "pictures", "", "points takes two OBJ files or more")]
    [InlineData("text", "text.txt", "--context 60000", "text.txt")]
    [InlineData("flow", "missing", "", "There is no file or folder")]
    [InlineData("flow", "pictures", "--batch 3", "an even number")]
    [InlineData("digits", "digits.csv", "--steps 0", "--steps must be 1 or more")]
    [InlineData("digits", "digits.csv", "--optimizer sgd", "--optimizer must be one of adamw, lamb")]
    [InlineData("digits", "digits.csv", "--config missing.json", "There is no configuration file")]
    public void What_cannot_be_trained_on_is_one_sentence(string task, string data, string options, string expected) =>
        Assert.Contains(expected, Train(task, data, "wrong", options.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Sentence(), StringComparison.Ordinal);

    [Theory]
    [InlineData("--optimizer lamb")]
    [InlineData("--permute 3")]
    [InlineData("--seed 1")]
    [InlineData("--flat 0 --warmup 2")]
    [InlineData("--weight-decay 0.5 --clip 0")]
    public void Every_setting_changes_what_is_learned(string options)
    {
        Train("digits", "digits.csv", "plain", ["--fresh", "--batch", "8", "--steps", "5"]).Succeeded();
        Train("digits", "digits.csv", "other", ["--fresh", "--batch", "8", "--steps", "5", .. options.Split(' ')]).Succeeded();
        Assert.NotEqual(Bytes("plain"), Bytes("other"));
    }

    private ToolRun Train(string task, string data, string run, params string[] options) => Run(task, data, run, default, options);

    private ToolRun Run(string task, string data, string run, CancellationToken stop, params string[] options) =>
        ToolRun.Of(["perceiver", "train", task, Data(data), "--out", folder.At(run), .. options, .. Fixed], stop);

    private bool HasTests(string run, int count)
    {
        var file = folder.At(run, "history.jsonl");
        return File.Exists(file) && File.ReadAllLines(file).Length >= count;
    }

    private byte[] Bytes(string run) => File.ReadAllBytes(folder.At(run, "model.safetensors"));

    // Makes the data of a name where they are missing.
    private string Data(string name)
    {
        switch (name)
        {
            case "digits.csv" when !File.Exists(folder.At(name)):
                var random = new Random(1);
                File.WriteAllLines(folder.At(name), Enumerable.Range(0, 40).Select(i =>
                    string.Join(',', Enumerable.Range(0, 64).Select(p => p % 10 == i % 10 ? 16 : random.Next(8))) + $",{i % 10}"));
                break;
            case "text.txt" when !File.Exists(folder.At(name)):
                folder.Text(name);
                break;
            case "pictures" when !Directory.Exists(folder.At(name)):
                folder.Draw(Path.Combine(name, "one.png"), 0, seed: 1, size: 40);
                folder.Draw(Path.Combine(name, "two.png"), 1, seed: 2, size: 40);
                break;
        }

        return name == "shapes" ? name : folder.At(name);
    }
}
