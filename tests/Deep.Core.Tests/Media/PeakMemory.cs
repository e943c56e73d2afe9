using System.Diagnostics;

namespace Deep.Tests.Media;

/// <summary>How far this process's resident memory rose above where it stood, whatever came down again since.</summary>
internal readonly record struct PeakMemory(long Before)
{
    private const string ResetPeak = "/proc/self/clear_refs";

    public static PeakMemory Start()
    {
        // Garbage of earlier tests must not be reused as if it were free.
        GC.Collect();
        if (OperatingSystem.IsLinux())
        {
            File.WriteAllText(ResetPeak, "5");
        }

        using var process = Process.GetCurrentProcess();
        return new PeakMemory(process.WorkingSet64);
    }

    /// <summary>Bytes; where the peak cannot be reset, what is still resident now.</summary>
    public long Growth()
    {
        using var process = Process.GetCurrentProcess();
        return Math.Max(0, (OperatingSystem.IsLinux() ? Peak() : process.WorkingSet64) - Before);
    }

    /// <summary>Collects in some rounds of a loop, so that what stays is what native code forgot.</summary>
    public static void CollectEvery(int rounds, int round)
    {
        if (round % rounds == 0)
        {
            GC.Collect();
        }
    }

    private static long Peak()
    {
        const string field = "VmHWM:";
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..^" kB".Length], System.Globalization.CultureInfo.InvariantCulture) << 10;
    }
}
