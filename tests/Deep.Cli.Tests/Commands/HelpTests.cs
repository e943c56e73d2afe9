namespace Deep.Cli.Tests.Commands;

public sealed class HelpTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("tour --help")]
    [InlineData("classify --help")]
    [InlineData("train images --help")]
    [InlineData("train text --help")]
    [InlineData("finetune images --help")]
    [InlineData("generate --help")]
    [InlineData("probe --help")]
    [InlineData("info --help")]
    [InlineData("perceiver fill --help")]
    [InlineData("perceiver classify --help")]
    [InlineData("perceiver flow --help")]
    [InlineData("perceiver autoencode --help")]
    [InlineData("nowcast run --help")]
    [InlineData("nowcast verify --help")]
    [InlineData("nowcast train --help")]
    [InlineData("convert --help")]
    [InlineData("doctor --help")]
    public void Help_shows_examples(string commandLine)
    {
        var run = ToolRun.Of(commandLine.Split(' ')).Succeeded();
        Assert.Contains("EXAMPLES:", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void The_version_is_that_of_the_package() =>
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", ToolRun.Of("--version").Succeeded().Output);
}
