using System.Diagnostics;

namespace KilledRun;

/// <summary>This program's <c>train</c> in a process of its own.</summary>
internal sealed class ChildRun : IDisposable
{
    private readonly Process _process;

    /// <param name="configuration">The name of the configuration.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="largestFile">The largest file that the process may write, in KB; null for no bound.</param>
    public ChildRun(string configuration, string folder, int? largestFile = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "KilledRun.dll");
        var bound = largestFile is null ? "" : $"trap '' XFSZ; ulimit -f {largestFile * 2}; ";
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-c", bound + "exec dotnet \"$@\"", "sh", program, "train", configuration, folder })
        {
            start.ArgumentList.Add(argument);
        }

        // Writing executable memory twice over needs a file larger than the bound.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        _process = Process.Start(start)!;
    }

    /// <summary>All lines that were read.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The last step that it told of; 0 for none.</summary>
    public long LastStep =>
        Lines.Select(line => line.Split(' ')).Where(words => words[0] == "step").Select(words => long.Parse(words[1], null)).LastOrDefault();

    public int ExitCode => _process.ExitCode;

    /// <summary>Reads what the run tells until it has taken a number of steps, or to its end.</summary>
    /// <returns>Whether it came to that step.</returns>
    public bool ReadToStep(long step)
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            Lines.Add(line);
            if (line.Split(' ') is ["step", var taken, ..] && long.Parse(taken, null) >= step)
            {
                return true;
            }
        }

        return false;
    }

    public void ReadToEnd()
    {
        ReadToStep(long.MaxValue);
        _process.WaitForExit();
    }

    /// <summary>kill -9.</summary>
    /// <returns>Whether the process was still running.</returns>
    public bool Kill()
    {
        var runs = !_process.HasExited;
        _process.Kill();
        _process.WaitForExit();
        return runs && _process.ExitCode == 128 + 9;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
