using Deep.Nowcast;

namespace Deep.Benchmarks;

/// <summary>Time of an extrapolation of 18 steps on 640 x 710 cells, its parts, and of a STEPS-like member.</summary>
internal static class ExtrapolationSpeed
{
    private const int Steps = 18;

    public static void Run(BenchmarkOptions options)
    {
        var past = Past();
        var (height, width) = (past.Grid.Height, past.Grid.Width);
        var newest = past.Fields[^1].Values;
        var motion = Extrapolation.Default.Motion(past);
        Console.WriteLine($"{Steps} steps on {height} x {width} cells from {past.Count} fields, {Environment.ProcessorCount} processors, {options.Turns} turns; milliseconds median (best), CPU median");
        var (whole, tracking, advection, steps) = (new Timing(), new Timing(), new Timing(), new Timing());
        for (var turn = 0; turn < options.Turns; turn++)
        {
            whole.Turn(() => Extrapolation.Default.Forecast(past, new() { Steps = Steps }).Dispose(), 1);
            tracking.Turn(() => Extrapolation.Default.Motion(past), 1);
            advection.Turn(() => SemiLagrangian.Advect(newest, motion, Steps), 1);
            if (turn == 0)
            {
                steps.One(() => StepsEnsemble.Default.Forecast(past, new() { Steps = Steps, Members = 2 }).Dispose());
            }
        }

        Print("extrapolation", whole);
        Print("  motion", tracking);
        Print("  advection", advection);
        Print("STEPS-like, 2 members", steps);
    }

    private static void Print(string what, Timing timing) =>
        Console.WriteLine($"{what,-22} {timing.Median,8:0} ({timing.Best:0})  CPU {timing.Processor:0}");

    // The convective MeteoSwiss event where it is there, else cells of rain that move.
    private static RadarSequence Past()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("DEEP_SHARED") ?? Path.Combine("..", "shared"), "data", "nowcast", "mch", "20160711");
        if (Directory.Exists(folder))
        {
            return RadarSequence.Read(Directory.GetFiles(folder)).Slice(9, 4);
        }

        Console.WriteLine("no real event found: synthetic cells of rain");
        var (grid, random) = (RadarGrid.Plain(640, 710), new Random(1));
        var cells = Enumerable.Range(0, 300).Select(_ => (X: random.Next(710), Y: random.Next(640), Size: 4 + (10 * random.NextDouble()))).ToArray();
        return new(Enumerable.Range(0, 4).Select(t =>
        {
            var values = new float[640 * 710];
            Parallel.For(0, values.Length, i => values[i] = (float)cells.Sum(c => 10 * Math.Exp(
                -(Math.Pow((i % 710) - c.X - (3 * t), 2) + Math.Pow((i / 710) - c.Y + t, 2)) / (2 * c.Size * c.Size))));
            return new RadarField(values, grid, RadarUnit.RainRate, DateTimeOffset.UnixEpoch + (t * TimeSpan.FromMinutes(5)), TimeSpan.FromMinutes(5));
        }), TimeSpan.FromMinutes(5));
    }
}
