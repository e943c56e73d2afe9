using System.Diagnostics;
using Deep.Perceivers;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>A Perceiver beside Hugging Face's as TorchScript, by turns in one process, with the peer's own weights; peak memory of each alone.</summary>
internal static class PerceiverSpeed
{
    private const double Megabyte = 1e6;

    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        var model = PerceiverCase.Of(options.Model);
        if (options.Only is { } only)
        {
            Memory(model, options, only);
            return;
        }

        using var scope = NewDisposeScope();
        var tensors = model.Tensors();
        var input = model.Input(tensors);
        using var peer = new PerceiverPeer(options.Peer ?? throw new ConfigurationException("--peer", "a TorchScript file", null));
        using var ours = Freeze(peer, model, Precision.Float32);
        using var narrow = Precisions.IsNative(Precision.BFloat16, CPU) ? Freeze(peer, model, Precision.BFloat16) : null;
        var expected = peer.Run(tensors);
        Console.WriteLine($"{model.Name}, {options.Threads} threads, {options.Turns} turns; load average {LoadAverage()}");
        Console.WriteLine($"  f32 beside the peer: {Difference(model, ours, input, expected)}");
        if (narrow is not null)
        {
            Console.WriteLine($"  bf16 beside the peer: {Difference(model, narrow, input, expected)}");
        }

        Timing their = new(), our = new(), narrower = new();
        for (var turn = 0; turn < options.Turns; turn++)
        {
            their.One(() => peer.Run(tensors));
            our.One(() => Dispose(ours.Run(input)));
            if (narrow is not null)
            {
                narrower.One(() => Dispose(narrow.Run(input)));
            }
        }

        Console.WriteLine($"{"",-34} {"median ms",11} {"best ms",11} {"CPU s",9}");
        Print(peer.Name + (model.IsClip ? $", {PerceiverCase.Chunks} x one chunk" : ""), their, model.PeerCalls);
        Print("Deep inference f32" + (model.IsClip ? ", whole clip" : ""), our, 1);
        Ratio("f32", their, our, model.PeerCalls);
        if (narrow is not null)
        {
            Print("Deep inference bf16", narrower, 1);
            Ratio("bf16", their, narrower, model.PeerCalls);
            Ratio("bf16 : f32", our, narrower, 1);
        }

        if (options.Memory)
        {
            foreach (var subject in new[] { "peer", "f32", "bf16" })
            {
                Child(options, subject);
            }
        }
    }

    // In a process of its own, so that peaks do not mix.
    private static void Child(BenchmarkOptions options, string subject)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        foreach (var argument in new[] { "perceiver", "--model", options.Model, "--peer", options.Peer!, "--threads", $"{options.Threads}", "--only", subject })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.WaitForExit();
    }

    private static void Memory(PerceiverCase model, BenchmarkOptions options, string only)
    {
        using var scope = NewDisposeScope();
        var tensors = model.Tensors();
        if (only == "peer")
        {
            using var peer = new PerceiverPeer(options.Peer!);
            PeakMemory.Reset();
            var resident = PeakMemory.Bytes();
            peer.Run(tensors);
            Report(resident);
            return;
        }

        using var trained = new Perceiver(model.Config);
        using var frozen = trained.ForInference(new InferenceOptions { Precision = Precisions.Parse(only) });
        trained.Dispose();
        PeakMemory.Reset();
        var before = PeakMemory.Bytes();
        Dispose(frozen.Run(model.Input(tensors)));
        Report(before);

        void Report(double before) =>
            Console.WriteLine($"  peak memory while running, {only}: {PeakMemory.Bytes() / Megabyte:F0} MB (resident before: {before / Megabyte:F0} MB)");
    }

    private static InferencePerceiver Freeze(PerceiverPeer peer, PerceiverCase model, Precision precision)
    {
        using var weights = peer.Weights;
        using var network = PerceiverCheckpoint.Load(weights, model.Loading with { Config = null });
        return network.ForInference(new InferenceOptions { Precision = precision });
    }

    private static string Difference(PerceiverCase model, InferencePerceiver ours, PerceiverInput input, float[][] expected)
    {
        using var scope = NewDisposeScope();
        var found = model.Compared(ours.Run(input)).Select(output => output.contiguous().data<float>().ToArray()).ToArray();
        return string.Join("; ", found.Zip(expected, (a, b) =>
            $"relative error {Math.Sqrt(a.Zip(b, (x, y) => Math.Pow((double)x - y, 2)).Sum() / b.Sum(y => (double)y * y)):E1}, "
            + $"largest difference {a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max() / b.Max(y => Math.Abs((double)y)):E1} of the largest value"));
    }

    private static void Print(string name, Timing timing, int calls) =>
        Console.WriteLine($"{name,-34} {timing.Median * calls,11:F0} {timing.Best * calls,11:F0} {timing.Processor * calls / 1000,9:F2}");

    private static void Ratio(string name, Timing slow, Timing fast, int calls) => Console.WriteLine(
        $"  ratio {name}: {slow.Median * calls / fast.Median:F2} (median), {slow.Best * calls / fast.Best:F2} (best), {slow.Processor * calls / fast.Processor:F2} (CPU)");

    private static string LoadAverage() => OperatingSystem.IsLinux() ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static void Dispose(IReadOnlyDictionary<string, Tensor> outputs)
    {
        foreach (var output in outputs.Values)
        {
            output.Dispose();
        }
    }
}
