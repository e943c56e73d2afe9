using Deep.NFNets;
using Deep.Tensors;

namespace Deep.Benchmarks;

/// <summary>Ours and a peer by turns.</summary>
internal static class Comparison
{
    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        var config = options.Config;

        // Any picture will do, but not zeros: they would be faster than real ones on no machine, and hide errors on all.
        var random = new Random(1);
        var input = new float[options.Batch * config.InputChannels * options.Size * options.Size];
        for (var i = 0; i < input.Length; i++)
        {
            input[i] = (random.NextSingle() * 4) - 2;
        }

        using var ours = new OurNetwork(options, input);
        using var peer = Peer(options, input);
        var (logits, expected) = (ours.Run(), peer?.Run());
        Timing our = new(), their = new();
        for (var turn = 0; turn < options.Turns; turn++)
        {
            if (peer is not null)
            {
                their.Turn(() => peer.Run(), options.Runs);
            }

            our.Turn(() => ours.Run(), options.Runs);
        }

        var peak = MatrixPeak.Measure(options.Precision);
        var work = 2 * NFNetCost.MultiplyAdds(config, options.Size, options.Size) * options.Batch / 1e6;
        Console.WriteLine($"{config.Name}, {options.Size} px, batch {options.Batch}, {options.Threads} threads, {options.Turns} turns of {options.Runs} runs");
        Console.WriteLine($"{"",-44} {"median ms",10} {"best ms",9} {"CPU s",8} {"GFLOP/s",8}");
        if (peer is not null)
        {
            Print(peer.Name, their, work);
        }

        Print(ours.Name, our, work);
        Console.WriteLine($"share of the matrix-product peak ({peak:F0} GFLOP/s {options.Precision.ToShortName()}): {work / our.Median / peak:P0}");
        if (peer is not null)
        {
            Console.WriteLine($"ratio {their.Median / our.Median:F2} (median), {their.Best / our.Best:F2} (best), {their.Processor / our.Processor:F2} (CPU)");
            if (options.Checkpoints.Count > 0)
            {
                Console.WriteLine($"relative error of logits: {RelativeError(logits, expected!):E1}; largest difference: {LargestDifference(logits, expected!):E1} of the largest logit");
            }
        }
    }

    private static ISubject? Peer(BenchmarkOptions options, float[] input) => options.Peer is null
        ? null
        : !File.Exists(options.Peer)
            ? throw new ConfigurationException("--peer", "a file that exists", options.Peer)
            : Path.GetExtension(options.Peer) == ".onnx" ? new OnnxPeer(options, input) : new TorchScriptPeer(options, input);

    private static void Print(string name, Timing timing, double work) => Console.WriteLine(
        $"{name,-44} {timing.Median,10:F1} {timing.Best,9:F1} {timing.Processor / 1000,8:F3} {work / timing.Median,8:F0}");

    private static double RelativeError(float[] found, float[] expected) =>
        Math.Sqrt(found.Zip(expected, (a, b) => Math.Pow((double)a - b, 2)).Sum() / expected.Sum(value => (double)value * value));

    private static double LargestDifference(float[] found, float[] expected) =>
        found.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max() / expected.Max(value => Math.Abs((double)value));
}
