using System.Text.Json;

namespace Deep.Cli.Tests.Commands;

public sealed class DoctorTests
{
    [Fact]
    public void It_says_what_loads_and_which_versions_there_are()
    {
        var run = ToolRun.Of("doctor").Succeeded();
        Assert.Contains("TorchSharp", run.Output, StringComparison.Ordinal);
        Assert.Contains("loads", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public void As_json_it_is_one_document()
    {
        using var document = JsonDocument.Parse(ToolRun.Of("doctor", "--json").Succeeded().Output);
        Assert.True(document.RootElement.GetProperty("loads").GetBoolean());
        Assert.Equal(Environment.ProcessorCount, document.RootElement.GetProperty("processorCount").GetInt32());
    }
}
