using Deep.Checkpoints;
using Deep.Perceivers;
using Deep.Tensors;
using Deep.Training.Plots;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>Time of a Perceiver against the size of its input and of its output, with the slope in logarithms, drawn.</summary>
internal static class PerceiverScaling
{
    private const int Channels = 261;
    private static readonly int[] Sizes = [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144];

    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        using var scope = NewDisposeScope();
        using var network = new Perceiver(new PerceiverConfig
        {
            Name = "scaling",
            Preprocessor = new GridConfig { InputChannels = Channels },
            Latents = 256,
            LatentChannels = 512,
            Blocks = 1,
            LayersPerBlock = 6,
            Decoder = new QueryDecoderConfig { GivenChannels = Channels, Outputs = 2 },
        });
        network.eval();
        using var frozen = network.ForInference(new InferenceOptions { Precision = options.Precision });
        Console.WriteLine($"256 x 512 latents, 6 layers, rows and queries of {Channels} channels, {options.Precision.ToShortName()}, {options.Threads} threads, {options.Turns} turns; CPU seconds (median)");
        var input = Measure(options, "inputs", size => Reading(frozen, size));
        var output = Measure(options, "outputs", size => Asking(frozen, size));
        if (options.Plot is { } path)
        {
            var png = ComparisonFigure.DrawRow([Figure("Encoding", "rows of the input, M", input), Figure("Decoding", "queries, O", output)]);
            AtomicFile.Write(path, stream => stream.Write(png));
        }
    }

    private static Func<Action> Reading(InferencePerceiver frozen, int size) => () =>
    {
        var x = randn(1, size, Channels);
        return () =>
        {
            using var bytes = new ByteArray(x.alias());
            frozen.Encode(bytes).Dispose();
        };
    };

    private static Func<Action> Asking(InferencePerceiver frozen, int size) => () =>
    {
        var (z, queries) = (randn(1, 256, 512), randn(1, size, Channels));
        return () => frozen.Decode(z, queries).Dispose();
    };

    private static List<ComparisonPoint> Measure(BenchmarkOptions options, string what, Func<int, Func<Action>> make)
    {
        List<ComparisonPoint> points = [];
        foreach (var size in Sizes)
        {
            using var scope = NewDisposeScope();
            var run = make(size)();
            run();
            var timings = Enumerable.Range(0, options.Turns).Select(_ =>
            {
                var timing = new Timing();
                timing.One(run);
                return timing.Processor / 1000;
            }).ToArray();
            points.Add(new ComparisonPoint(size, timings));
            Console.WriteLine($"  {size,7} {what}: {Median(timings),8:F3} s, {Median(timings) / size * 1e6,7:F2} microseconds each");
        }

        // What does not depend on the size (the latent layers, keys and values of the latents) hides the slope of small ones.
        var (constant, perItem) = Line(points);
        Console.WriteLine($"  {what}: {constant:F3} s + {perItem * 1e6:F2} microseconds x size; slope of logarithms {Slope(points, 0):F2} over all, "
            + $"{Slope(points.Skip(4), 0):F2} from {Sizes[4]}, {Slope(points.Skip(4), constant):F2} from {Sizes[4]} without the constant");
        return points;
    }

    // Weighted by 1 / t^2: small sizes count as much as large ones.
    private static (double Constant, double PerItem) Line(List<ComparisonPoint> points)
    {
        double w = 0, x = 0, y = 0, xx = 0, xy = 0;
        foreach (var point in points)
        {
            var t = Median(point.Values);
            var weight = 1 / (t * t);
            (w, x, y) = (w + weight, x + (weight * point.X), y + (weight * t));
            (xx, xy) = (xx + (weight * point.X * point.X), xy + (weight * point.X * t));
        }

        var slope = ((w * xy) - (x * y)) / ((w * xx) - (x * x));
        return ((y - (slope * x)) / w, slope);
    }

    private static double Slope(IEnumerable<ComparisonPoint> points, double constant)
    {
        var logs = points.Select(point => (X: Math.Log(point.X), Y: Math.Log(Math.Max(1e-9, Median(point.Values) - constant)))).ToArray();
        var (mx, my) = (logs.Average(p => p.X), logs.Average(p => p.Y));
        return logs.Sum(p => (p.X - mx) * (p.Y - my)) / logs.Sum(p => (p.X - mx) * (p.X - mx));
    }

    private static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static ComparisonFigure Figure(string title, string x, List<ComparisonPoint> points)
    {
        var (constant, perItem) = Line(points);
        return new ComparisonFigure
        {
            Title = $"{title}: {constant:F2} s + {perItem * 1e6:F1} us a row",
            XLabel = x,
            YLabel = "CPU seconds",
            XScale = AxisScale.Logarithmic,
            YScale = AxisScale.Logarithmic,
            Series =
            [
                new ComparisonSeries("measured", points),
                new ComparisonSeries("constant + linear", [.. points.Select(point => new ComparisonPoint(point.X, [constant + (perItem * point.X)]))]),
            ],
        };
    }
}
