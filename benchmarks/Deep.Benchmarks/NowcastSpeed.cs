using System.Diagnostics;
using Deep.Checkpoints;
using Deep.Nowcast;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using InferenceOptions = Deep.Nowcast.InferenceOptions;

namespace Deep.Benchmarks;

/// <summary>DGMR's generator beside openclimatefix's as TorchScript, by turns in one process, with the peer's own weights; peak memory of each alone.</summary>
internal static class NowcastSpeed
{
    // What the peer was traced for.
    private const int PeerSide = 256;
    private const double Megabyte = 1e6;

    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (height, width) = (options.Height ?? PeerSide, options.Width ?? PeerSide);
        var context = rand([4, 1, height, width], generator: generator).Times(8).Plus(-3).relu();
        var noise = randn([options.Members, 8, (height + 31) / 32, (width + 31) / 32], generator: generator);
        if (options.Only is { } only)
        {
            Memory(options, only, context, noise);
            return;
        }

        if (height != PeerSide || width != PeerSide || options.Peer is null)
        {
            throw new ConfigurationException("--peer", $"a TorchScript file, for frames of {PeerSide} x {PeerSide}; other sizes take --only f32 or --only bf16", options.Peer);
        }

        using var peer = new PerceiverPeer(options.Peer);
        Tensor[] first = [context.unsqueeze(0), noise.narrow(0, 0, 1)];
        using var ours = Freeze(peer, Precision.Float32);
        using var narrow = Precisions.IsNative(Precision.BFloat16, CPU) ? Freeze(peer, Precision.BFloat16) : null;
        Console.WriteLine($"{PeerSide} x {PeerSide}, {options.Members} members, {options.Steps} steps, {options.Threads} threads, {options.Turns} turns");
        Timing their = new(), our = new(), narrower = new();
        float[] expected = [], found = [], narrowly = [];
        for (var turn = 0; turn < options.Turns; turn++)
        {
            their.One(() => expected = peer.Run(first)[0]);
            our.One(() => found = Forecast(ours, context, noise, options.Steps));
            if (narrow is not null)
            {
                narrower.One(() => narrowly = Forecast(narrow, context, noise, options.Steps));
            }
        }

        Console.WriteLine($"  f32 beside the peer, first member: {Difference(found, expected)}");
        Console.WriteLine($"{"",-42} {"median ms",11} {"best ms",11} {"CPU s",9}");
        Print($"{peer.Name}, {options.Members} x one member", their, options.Members);
        Print("Deep inference f32", our, 1);
        Ratio("f32", their, our, options.Members);
        if (narrow is not null)
        {
            Console.WriteLine($"  bf16 beside f32, all members: {Difference(narrowly, found)}");
            Print("Deep inference bf16", narrower, 1);
            Ratio("bf16", their, narrower, options.Members);
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
        foreach (var argument in new[]
        {
            "nowcast", "--peer", options.Peer!, "--threads", $"{options.Threads}", "--members", $"{options.Members}", "--steps", $"{options.Steps}", "--only", subject,
        })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.WaitForExit();
    }

    private static void Memory(BenchmarkOptions options, string only, Tensor context, Tensor noise)
    {
        if (only == "peer")
        {
            using var peer = new PerceiverPeer(options.Peer ?? throw new ConfigurationException("--peer", "a TorchScript file", null));
            Measure(only, () => peer.Run([context.unsqueeze(0), noise.narrow(0, 0, 1)]));
            return;
        }

        using var plain = new Dgmr(DgmrConfig.OpenClimateFix);
        using var frozen = plain.ForInference(new InferenceOptions { Precision = Precisions.Parse(only) });
        plain.Dispose();
        Measure(only, () => Forecast(frozen, context, noise, options.Steps));
    }

    private static void Measure(string name, Action run)
    {
        PeakMemory.Reset();
        var before = PeakMemory.Bytes();
        var timing = new Timing();
        timing.One(run);
        Console.WriteLine(
            $"  peak memory while running, {name}: {PeakMemory.Bytes() / Megabyte:F0} MB (resident before: {before / Megabyte:F0} MB); {timing.Median:F0} ms, {timing.Processor / 1000:F2} CPU s");
    }

    private static float[] Forecast(InferenceDgmr inference, Tensor context, Tensor noise, int steps)
    {
        using var forecast = inference.Forecast(context, noise, steps);
        return forecast.data<float>().ToArray();
    }

    private static InferenceDgmr Freeze(PerceiverPeer peer, Precision precision)
    {
        using var generator = new Dgmr(DgmrConfig.OpenClimateFix);
        using var weights = peer.Weights;
        using var frozen = no_grad();
        foreach (var (name, tensor) in generator.named_parameters().Select(named => (named.name, (Tensor)named.parameter))
            .Concat(generator.named_buffers().Select(named => (named.name, named.buffer))))
        {
            if (weights.Tensors.ContainsKey(name))
            {
                weights.ReadInto(name, tensor);
            }
            else if (!IsUnused(name))
            {
                throw new CheckpointException(weights.Path, name, "the traced module does not have it");
            }
        }

        return generator.ForInference(new InferenceOptions { Precision = precision });
    }

    // Traced modules keep what the trace met: not the counters, not the shortcuts that are only kept.
    private static bool IsUnused(string name) =>
        name.EndsWith("num_batches_tracked", StringComparison.Ordinal)
        || (name.StartsWith("sampler.g", StringComparison.Ordinal) && name.Contains(".conv_1x1.", StringComparison.Ordinal));

    private static string Difference(float[] found, float[] expected)
    {
        var (squares, sum, largest) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Math.Min(found.Length, expected.Length); i++)
        {
            // The peer does not clamp.
            var (a, b) = (found[i], Math.Max(0, expected[i]));
            squares += ((double)a - b) * (a - b);
            sum += (double)b * b;
            largest = Math.Max(largest, Math.Abs(a - b));
        }

        return $"relative error {Math.Sqrt(squares / sum):E1}, largest difference {largest:E1} mm/h, largest value {expected.Max():F2} mm/h";
    }

    private static void Print(string name, Timing timing, int calls) =>
        Console.WriteLine($"{name,-42} {timing.Median * calls,11:F0} {timing.Best * calls,11:F0} {timing.Processor * calls / 1000,9:F2}");

    private static void Ratio(string name, Timing slow, Timing fast, int calls) => Console.WriteLine(
        $"  ratio {name}: {slow.Median * calls / fast.Median:F2} (median), {slow.Best * calls / fast.Best:F2} (best), {slow.Processor * calls / fast.Processor:F2} (CPU)");
}
