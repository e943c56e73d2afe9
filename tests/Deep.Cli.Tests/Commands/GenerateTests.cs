namespace Deep.Cli.Tests.Commands;

public sealed class GenerateTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void Text_goes_on_from_the_prompt_and_the_same_seed_writes_the_same()
    {
        var first = Generate("--prompt", "to be", "--tokens", "60", "--seed", "4");
        Assert.StartsWith("to be", first.Output, StringComparison.Ordinal);
        Assert.Equal("to be".Length + 60 + Environment.NewLine.Length, first.Output.Length);
        Assert.Equal(first.Output, Generate("--prompt", "to be", "--tokens", "60", "--seed", "4").Output);
        Assert.NotEqual(first.Output, Generate("--prompt", "to be", "--tokens", "60", "--seed", "5").Output);
        Assert.DoesNotContain('\u001b', first.Output);
    }

    [Fact]
    public void The_likeliest_text_does_not_depend_on_the_seed()
    {
        var greedy = Generate("--temperature", "0", "--tokens", "30", "--seed", "1").Output;
        Assert.Equal(greedy, Generate("--temperature", "0", "--tokens", "30", "--seed", "2").Output);
        Assert.Equal(greedy, Generate("--top-k", "1", "--tokens", "30").Output);
        Assert.Equal(31, greedy.Length);
    }

    [Fact]
    public void A_prompt_with_an_unknown_character_is_named_with_it()
    {
        var sentence = ToolRun.Of("generate", folder.LanguageModel(), "--prompt", "to bé", "--device", "cpu").Sentence();
        Assert.Contains("'é' (U+00E9) at 4", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_model_is_named()
    {
        var damaged = folder.At("damaged.safetensors");
        var bytes = File.ReadAllBytes(folder.LanguageModel());
        File.WriteAllBytes(damaged, bytes[..(bytes.Length / 2)]);
        Assert.Contains(damaged, ToolRun.Of("generate", damaged, "--device", "cpu").Sentence(), StringComparison.Ordinal);
        Assert.Contains(damaged, ToolRun.Of("probe", damaged, "--device", "cpu").Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_text_ends_with_130()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var run = ToolRun.Of(["generate", folder.LanguageModel(), "--tokens", "100000000", "--threads", "1", "--device", "cpu"], stop.Token);
        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.NotEqual("", run.Output);
        Assert.Equal("error: Stopped.", run.Error.Trim());
    }

    private ToolRun Generate(params string[] options) =>
        ToolRun.Of(["generate", folder.LanguageModel(), "--threads", "1", "--device", "cpu", .. options]).Succeeded();
}
