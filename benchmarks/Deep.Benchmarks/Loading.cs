using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Deep.NFNets;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>Time and memory of loading a checkpoint, each file in a process of its own, so that peaks do not mix.</summary>
internal static class Loading
{
    private const double Megabyte = 1e6;

    public static int Run(BenchmarkOptions options)
    {
        var hashes = new HashSet<string>();
        foreach (var file in options.Checkpoints)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
            foreach (var argument in new[] { "load-one", "--model", options.Model, "--checkpoint", file })
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Console.Write(output);
            if (process.ExitCode != 0)
            {
                return process.ExitCode;
            }

            hashes.Add(output[(output.LastIndexOf(' ') + 1)..].Trim());
        }

        Console.WriteLine(hashes.Count == 1 ? "all files give the same bits" : "the files give DIFFERENT bits");
        return hashes.Count == 1 ? 0 : 1;
    }

    public static void RunOne(BenchmarkOptions options)
    {
        NativeBackend.EnsureLoaded();
        zeros(1).Dispose();
        var before = PeakBytes();
        var start = Stopwatch.GetTimestamp();
        using var network = NFNet.Load(options.Checkpoints[0], options.Config);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var after = PeakBytes();
        var weights = network.state_dict().Values.Sum(tensor => tensor.numel() * tensor.element_size());
        var limit = (weights * 1.15) + (300 * Megabyte);
        Console.WriteLine(
            $"{Path.GetFileName(options.Checkpoints[0])}: {seconds:F2} s, peak {after / Megabyte:F0} MB (before loading {before / Megabyte:F0} MB), "
            + $"weights {weights / Megabyte:F0} MB, limit {limit / Megabyte:F0} MB: {(after <= limit ? "within" : "OVER")}, sha256 {Hash(network)}");
    }

    private static string Hash(NFNet network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in network.state_dict().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(tensor.detach().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    // The highest resident memory so far, as Linux counts it: mapped files and libtorch itself among it.
    private static double PeakBytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }

        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024.0 * long.Parse(line.AsSpan(6, line.Length - 8), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }
}
