using System.Diagnostics;

namespace Deep.Benchmarks;

/// <summary>Times of one subject.</summary>
internal sealed class Timing
{
    private readonly List<double> wall = [];
    private readonly List<double> cpu = [];

    /// <summary>Median wall time of a run, in milliseconds.</summary>
    public double Median => Middle(wall);

    /// <summary>Shortest wall time of a run, in milliseconds.</summary>
    public double Best => wall.Min();

    /// <summary>Median processor time of a run over all threads, in milliseconds.</summary>
    public double Processor => Middle(cpu);

    /// <summary>One run, for those that take seconds: a pause, but no run before it.</summary>
    public void One(Action run)
    {
        Thread.Sleep(30);
        Measure(run);
    }

    /// <summary>One turn: a pause in which the other's threads stop spinning, one run that warms caches, then timed runs.</summary>
    public void Turn(Action run, int runs)
    {
        Thread.Sleep(30);
        run();
        for (var i = 0; i < runs; i++)
        {
            Measure(run);
        }
    }

    private void Measure(Action run)
    {
        var processorBefore = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        run();
        wall.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        cpu.Add((Environment.CpuUsage.TotalTime - processorBefore).TotalMilliseconds);
    }

    private static double Middle(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
