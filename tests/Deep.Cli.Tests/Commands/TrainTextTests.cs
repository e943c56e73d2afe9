using System.Text.Json;
using Deep.Checkpoints;
using Deep.Media;
using Deep.Training;
using Deep.Training.SignalPropagation;

namespace Deep.Cli.Tests.Commands;

public sealed class TrainTextTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void A_run_leaves_the_model_the_history_the_curves_and_the_signal()
    {
        var run = Train("run");
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Matches(@"e-spa: 3 layers of width 16, 0\.0\d M parameters; [\d,]+ tokens \(14 characters\) to train on", run.Output);
        Assert.Matches(@"step +5  loss \d\.\d{4}  accuracy +\d+\.\d\d %  test loss \d\.\d{4}  test accuracy", run.Output);
        Assert.Matches(@"Test loss \d\.\d{4} nats a token, [\d.]+ % right, after 20 steps", run.Output);
        Assert.Equal(
            ["best.safetensors", "curves.png", "history.jsonl", "log.jsonl", "model.safetensors", "settings.json", "signal.png"],
            Directory.EnumerateFiles(folder.At("run")).Select(Path.GetFileName).Order());
        var history = File.ReadAllLines(folder.At("run", "history.jsonl"));
        Assert.Equal(4, history.Length);
        using var last = JsonDocument.Parse(history[^1]);
        Assert.Equal(20, last.RootElement.GetProperty("step").GetInt64());
        var signal = Picture.Open(folder.At("run", "signal.png"));
        Assert.Equal((1720, 808), (signal.Width, signal.Height));

        using var checkpoint = Checkpoint.Open(folder.At("run", "model.safetensors"));
        Assert.Equal(14, TextVocabulary.FromJson(checkpoint.Metadata[TextVocabulary.MetadataKey]).Size);
        using var model = VanillaTransformer.Load(checkpoint);
        Assert.Equal(3, model.Blocks.Count);
    }

    [Fact]
    public void What_is_saved_is_what_was_tested()
    {
        Train("tested");
        var text = TextFiles.Read(folder.At("text.txt"));
        using var model = VanillaTransformer.Load(folder.At("tested", "model.safetensors"), TorchSharp.torch.CPU);
        var (_, heldOut) = TokenSequence.Of("text.txt", text, TextVocabulary.Characters(text)).Split(0.1);
        using var last = JsonDocument.Parse(File.ReadAllLines(folder.At("tested", "history.jsonl"))[^1]);
        Assert.Equal(last.RootElement.GetProperty("testLoss").GetDouble(), NextTokenObjective.Evaluate(model, heldOut, 16).Loss, 1e-5);
    }

    [Fact]
    public async Task A_stopped_run_goes_on_by_the_same_command_to_the_same_bits()
    {
        string[] longer = ["--steps", "200"];
        Train("whole", longer);
        using var stop = new CancellationTokenSource();
        var running = Task.Run(() => Run("stopped", stop.Token, longer));
        while (!running.IsCompleted && !(File.Exists(folder.At("stopped", "history.jsonl")) && File.ReadAllLines(folder.At("stopped", "history.jsonl")).Length >= 2))
        {
            await Task.Delay(1);
        }

        await stop.CancelAsync();
        var stopped = await running;
        Assert.Equal(ExitCode.Cancelled, stopped.ExitCode);
        Assert.Contains("To go on: deep train text ", stopped.Output, StringComparison.Ordinal);
        Assert.Contains("The run goes on after step ", Train("stopped", longer).Output, StringComparison.Ordinal);
        Assert.Equal(Bytes("whole"), Bytes("stopped"));
        Assert.Equal(WithoutTimes("whole"), WithoutTimes("stopped"));
    }

    [Fact]
    public void A_changed_option_or_text_is_named_with_both_values()
    {
        Train("changed");
        Assert.Contains("--lr was 0.001 and is 0.01", Run("changed", default, "--lr", "0.01").Sentence(), StringComparison.Ordinal);
        Assert.Contains("--block was e-spa and is plain", Run("changed", default, "--block", "plain").Sentence(), StringComparison.Ordinal);
        File.AppendAllText(folder.Text("text.txt"), "question");
        Assert.Contains("the data was ", ToolRun.Of(["train", "text", folder.At("text.txt"), "--out", folder.At("changed"), .. WorkFolder.ShortTextRun]).Sentence(), StringComparison.Ordinal);
        Train("changed", "--fresh", "--lr", "0.01");
    }

    [Theory]
    [InlineData("--block u-spa --rho 0.7")]
    [InlineData("--block value-skipinit")]
    [InlineData("--block shaped")]
    [InlineData("--skip 0.5 --eta 0.2")]
    [InlineData("--block sas")]
    [InlineData("--block sas-p")]
    [InlineData("--block pre-ln")]
    [InlineData("--block post-ln")]
    [InlineData("--block plain --eta 0.4")]
    [InlineData("--gamma 0.05 --rescale exact --position sinusoidal")]
    [InlineData("--position rotary --mlp-width 24 --tied-head")]
    [InlineData("--activation gelu --qk-norm --clip 0 --weight-decay 0")]
    [InlineData("--vocabulary bytes --micro-batches 2 --beta2 0.9 --warmup 3 --schedule constant")]
    public void Every_setting_changes_what_is_learned(string options)
    {
        Train("plain-run", "--fresh", "--steps", "5");
        Train("other-run", ["--fresh", "--steps", "5", .. options.Split(' ')]);
        Assert.NotEqual(Bytes("plain-run"), Bytes("other-run"));
    }

    [Fact]
    public void A_text_is_learned_beyond_the_frequencies_of_its_characters()
    {
        var run = Train("learned", "--steps", "400", "--lr", "0.01", "--test-every", "100", "--layers", "4", "--width", "32");
        using var last = JsonDocument.Parse(File.ReadAllLines(folder.At("learned", "history.jsonl"))[^1]);
        var unigram = double.Parse(System.Text.RegularExpressions.Regex.Match(run.Output, @"frequencies alone: ([\d.]+) nats").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(last.RootElement.GetProperty("testLoss").GetDouble(), 0.3, unigram - 0.5);
    }

    [Fact]
    public void The_words_of_a_tokenizer_are_stored_with_the_model()
    {
        Train("gpt2", "--vocabulary", "gpt2", "--steps", "2", "--context", "8");
        var text = ToolRun.Of("generate", folder.At("gpt2", "model.safetensors"), "--prompt", "to be", "--tokens", "5", "--threads", "1", "--device", "cpu").Succeeded();
        Assert.StartsWith("to be", text.Output, StringComparison.Ordinal);
    }

    private ToolRun Train(string run, params string[] options) => Run(run, default, options).Succeeded();

    // A short run, but for the options given.
    private ToolRun Run(string run, CancellationToken stop, params string[] options)
    {
        string[] rest = [.. WorkFolder.ShortTextRun.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair)];
        return ToolRun.Of(["train", "text", folder.Text("text.txt"), "--out", folder.At(run), .. options, .. rest], stop);
    }

    private byte[] Bytes(string run) => File.ReadAllBytes(folder.At(run, "model.safetensors"));

    private string[] WithoutTimes(string run) =>
        [.. File.ReadAllLines(folder.At(run, "history.jsonl")).Select(line => line[..line.IndexOf(",\"itemsPerSecond\"", StringComparison.Ordinal)])];
}
