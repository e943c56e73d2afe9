using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>The highest rate of matrix products that this machine shows, by libtorch's product and by oneDNN's with packed weights.</summary>
/// <remarks>Both, since either alone can be half as fast as the processor allows.</remarks>
internal static class MatrixPeak
{
    public static void Print(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        foreach (var precision in Enum.GetValues<Precision>().Where(p => Precisions.IsNative(p, CPU)))
        {
            Console.WriteLine($"{precision.ToShortName()}, {options.Threads} threads: {Measure(precision):F0} GFLOP/s");
        }
    }

    /// <summary>In GFLOP/s, with the number of threads that is set.</summary>
    public static double Measure(Precision precision)
    {
        using var gradients = no_grad();
        var best = 0.0;
        foreach (var side in new[] { 384, 512, 768, 1024 })
        {
            using var scope = NewDisposeScope();
            var type = precision.ToScalarType();
            var (a, b) = (randn(side, side).to(type), randn(side, side).to(type));
            using var packed = new PackedConvolution(b.reshape(side, side, 1, 1), precision: precision);
            var picture = ChannelsLast.Of(a.reshape(1, side, 1, side).permute(0, 3, 2, 1));
            best = Math.Max(best, Math.Max(Rate(side, () => a.mm(b)), Rate(side, () => packed.Forward(picture))));
        }

        return best;
    }

    private static double Rate(int side, Func<Tensor> product)
    {
        var timing = new Timing();
        timing.Turn(() => product().Dispose(), 20);
        return 2.0 * side * side * side / timing.Best / 1e6;
    }
}
