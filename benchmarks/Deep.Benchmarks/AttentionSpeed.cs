using System.Diagnostics;
using Deep.Tensors;
using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>Shaped attention beside plain causal attention, by turns in one process, and how much memory it takes at several lengths.</summary>
internal static class AttentionSpeed
{
    private const int Heads = 8;
    private const int HeadSize = 64;

    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        var length = options.Length;
        Console.WriteLine(
            $"batch {options.Batch}, {Heads} heads of {HeadSize}, {length} positions, {options.Precision.ToShortName()}, {options.Threads} threads, "
            + $"{options.Turns} turns of {options.Runs} runs; milliseconds");
        (string Name, SpaLayer? Layer)[] subjects =
        [
            ("plain causal attention", null), ("E-SPA", SpaSchedule.Exponential(36, 0.2)[17]), ("U-SPA", SpaSchedule.Uniform(36, 0.8)[17]),
        ];
        Console.WriteLine($"{"",-26} {"forward",9} {"best",9} {"x plain",8} {"(best)",8} {"with backward",14} {"best",9} {"x plain",8} {"(best)",8}");
        using var scope = NewDisposeScope();
        var forward = Measure(options, subjects, trains: false);
        var training = Measure(options, subjects, trains: true);
        for (var s = 0; s < subjects.Length; s++)
        {
            Console.WriteLine(
                $"{subjects[s].Name,-26} {forward[s].Median,9:F2} {forward[s].Best,9:F2} {forward[s].Median / forward[0].Median,8:F3} "
                + $"{forward[s].Best / forward[0].Best,8:F3} {training[s].Median,14:F2} {training[s].Best,9:F2} "
                + $"{training[s].Median / training[0].Median,8:F3} {training[s].Best / training[0].Best,8:F3}");
        }

        Memory();
    }

    private static Timing[] Measure(BenchmarkOptions options, (string Name, SpaLayer? Layer)[] subjects, bool trains)
    {
        var inputs = Enumerable.Range(0, 3)
            .Select(_ => randn([options.Batch, Heads, options.Length, HeadSize]).to(options.Precision.ToScalarType()).requires_grad_(trains)).ToArray();
        var direction = randn([options.Batch, Heads, options.Length, HeadSize]).to(options.Precision.ToScalarType());
        Timing[] timings = [.. subjects.Select(_ => new Timing())];
        for (var turn = 0; turn < options.Turns; turn++)
        {
            for (var s = 0; s < subjects.Length; s++)
            {
                var layer = subjects[s].Layer;
                timings[s].Turn(() => Step(layer), options.Runs);
            }
        }

        return timings;

        void Step(SpaLayer? layer)
        {
            using var scope = NewDisposeScope();
            using var mode = trains ? enable_grad() : no_grad();
            var y = layer is null
                ? nn.functional.scaled_dot_product_attention(inputs[0], inputs[1], inputs[2], is_casual: true)
                : layer.Attend(inputs[0], inputs[1], inputs[2], 0);
            if (trains)
            {
                y.backward([direction]);
                foreach (var input in inputs)
                {
                    input.grad = null;
                }
            }
        }
    }

    // The peak of the process grows by what one call holds beyond its inputs and output.
    private static void Memory()
    {
        Console.WriteLine("memory of one E-SPA call without gradient, 1 head of 64: growth of the process's peak beyond inputs and output");
        var layer = SpaSchedule.Exponential(36, 0.2)[17];
        using var gradients = no_grad();
        foreach (var length in new long[] { 1024, 2048, 4096, 8192, 16384, 32768 })
        {
            using var scope = NewDisposeScope();
            var x = randn([1, 1, length, HeadSize]);
            Process.GetCurrentProcess().Refresh();
            var before = PeakBytes(reset: true);
            using var y = layer.Attend(x, x, x, 0);
            var growth = PeakBytes(reset: false) - before;
            Console.WriteLine($"  {length,6} positions: {growth / 1048576.0,8:F1} MiB beside {length * length * 4 / 1048576.0:F0} MiB of a T x T matrix");
        }
    }

    // Linux: VmHWM, which writing 5 to clear_refs sets back to the present size.
    private static long PeakBytes(bool reset)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Process.GetCurrentProcess().PeakWorkingSet64;
        }

        if (reset)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            File.WriteAllText("/proc/self/clear_refs", "5");
        }

        return File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1] is var kilobytes ? long.Parse(kilobytes, System.Globalization.CultureInfo.InvariantCulture) * 1024 : 0;
    }
}
