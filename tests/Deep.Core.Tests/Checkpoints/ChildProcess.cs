using System.Diagnostics;
using System.Runtime.CompilerServices;
using Deep.Checkpoints;

namespace Deep.Tests.Checkpoints;

/// <summary>This assembly as a process of its own, for what would end or limit the one that runs the tests.</summary>
internal static class ChildProcess
{
    private const string Task = "DEEP_TEST_CHILD";
    private const int Part = 1 << 16;

    public const int Parts = 64;

    /// <summary>
    /// Starts a child that writes <paramref name="path"/> once, with <paramref name="limit"/> KB as its largest file.
    /// </summary>
    public static Process WriteOnce(string path, int? limit = null) => Start("once", path, limit);

    /// <summary>Starts a child that replaces <paramref name="path"/> again and again until it is killed.</summary>
    public static Process WriteForever(string path) => Start("forever", path, null);

    /// <summary>The content that a child writes in its n-th turn: one letter, many times.</summary>
    public static bool IsWhole(byte[] content) =>
        content.Length == Part * Parts && !content.AsSpan().ContainsAnyExcept(content[0]);

    private static Process Start(string task, string path, int? limit)
    {
        // Writing executable memory twice over needs a file larger than the limit, so that is turned off.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add((limit is null ? "" : $"trap '' XFSZ; ulimit -f {limit * 2}; ") + "exec dotnet \"$0\"");
        start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.Environment[Task] = $"{task}:{path}";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void RunTask()
    {
        if (Environment.GetEnvironmentVariable(Task)?.Split(':', 2) is not [var task, var path])
        {
            return;
        }

        try
        {
            var turn = 0;
            do
            {
                Write(path, (byte)('a' + (turn++ % 26)));
                Console.WriteLine("written");
            }
            while (task == "forever");
        }
        catch (IOException error)
        {
            Console.WriteLine(error.Message);
            Environment.Exit(7);
        }

        Environment.Exit(0);
    }

    private static void Write(string path, byte letter) => AtomicFile.Write(path, stream =>
    {
        var part = new byte[Part];
        part.AsSpan().Fill(letter);
        for (var count = 0; count < Parts; count++)
        {
            stream.Write(part);
        }
    });
}
