using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Deep.Cli.Tests;

/// <summary>A program of this repository, run as a process of its own.</summary>
internal sealed partial class ChildProcess : IDisposable
{
    // Seconds on an idle machine; a build server that runs other suites beside this one may starve it for minutes.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private readonly Process process;
    private readonly Task<string> error;

    private ChildProcess(string assembly, string[] args, string folder)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.ArgumentList.Add(assembly);
        Array.ForEach(args, start.ArgumentList.Add);
        process = Process.Start(start)!;
        error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts the tool.</summary>
    public static ChildProcess Tool(string folder, params string[] args) =>
        new(Path.Combine(AppContext.BaseDirectory, "deep.dll"), args, folder);

    /// <summary>Starts a sample, built beside the tests for the same configuration.</summary>
    public static ChildProcess Sample(string name, string folder, params string[] args)
    {
        var project = Path.Combine(Deep.Tests.SharedData.Repository, "tests", "Deep.Cli.Tests");
        var output = Path.GetRelativePath(project, AppContext.BaseDirectory);
        return new(Path.Combine(Deep.Tests.SharedData.Repository, "samples", name, output, name + ".dll"), args, folder);
    }

    /// <summary>The next line of the output; null at its end.</summary>
    public string? ReadLine() => process.StandardOutput.ReadLineAsync().WaitAsync(Limit).GetAwaiter().GetResult();

    /// <summary>Sends SIGINT, as Ctrl-C does.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(process.Id, 2));

    /// <summary>Waits for the end.</summary>
    public ToolRun Finish()
    {
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(Limit), "the process did not end");
        return new ToolRun(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit(Limit);
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
