using Deep.Cli.Reporting;

namespace Deep.Cli.Tests;

/// <summary>What one command line of the tool did, run inside the test's process.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command line as if both streams were redirected.</summary>
    public static ToolRun Of(params string[] args) => Of(args, CancellationToken.None);

    /// <summary>Runs a command line as if a person watched it on a terminal.</summary>
    public static ToolRun OnTerminal(params string[] args) => Of(args, CancellationToken.None, isTerminal: true);

    public static ToolRun Of(string[] args, CancellationToken cancellationToken, bool isTerminal = false)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, isTerminal, isTerminal);

        // A thread of its own: the tool works synchronously, and must not be waited for in the runner's context.
        var exitCode = Task.Run(() => DeepTool.RunAsync(args, terminal, cancellationToken)).GetAwaiter().GetResult();
        return new ToolRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Fails with the tool's own words where the run did not succeed.</summary>
    public ToolRun Succeeded()
    {
        Assert.True(ExitCode == Cli.ExitCode.Success, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Fails unless the run ended with exit code 2 and one sentence.</summary>
    public string Sentence()
    {
        Assert.Equal(Cli.ExitCode.WrongInput, ExitCode);
        var line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        return line;
    }
}
