namespace KilledRun;

/// <summary>Kills runs at random moments, starts them again until they end, and compares their last checkpoints.</summary>
internal static class KilledRuns
{
    private static readonly string[] Tensors = ["model.safetensors", "optimizer.safetensors", "average.safetensors"];

    /// <param name="configuration">The name of the configuration.</param>
    /// <param name="kills">How many kills, 1 or more.</param>
    /// <param name="killsOfRun">How many of them in one run.</param>
    /// <param name="seed">The seed of the moments.</param>
    /// <param name="folder">An empty folder for the runs.</param>
    public static KillReport Try(string configuration, int kills, int killsOfRun, int seed, string folder)
    {
        var random = new Random(seed);
        var whole = Path.Combine(folder, "whole");
        End(configuration, whole);
        var (moments, whileSaving, runs, differences) = (new List<long>(), 0, 0, new List<string>());
        while (moments.Count < kills)
        {
            var run = Path.Combine(folder, $"killed-{runs++}");
            for (var kill = 0; kill < killsOfRun && moments.Count < kills; kill++)
            {
                using var child = new ChildRun(configuration, run);
                var from = Saved(run);
                var target = random.Next((int)from + 1, SmallRun.Steps + 1);
                var delay = random.Next(60);
                if (!child.ReadToStep(target))
                {
                    break;
                }

                Thread.Sleep(delay);
                if (!child.Kill())
                {
                    break;
                }

                child.ReadToEnd();
                moments.Add(child.LastStep);
                whileSaving += Directory.GetDirectories(run, ".*.tmp").Length > 0 ? 1 : 0;
            }

            End(configuration, run);
            differences.AddRange(Differences(whole, run));
        }

        return new KillReport(moments, whileSaving, runs, differences);
    }

    /// <summary>Runs to the end without a kill.</summary>
    public static void End(string configuration, string run)
    {
        using var child = new ChildRun(configuration, run);
        child.ReadToEnd();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"The run ended with {child.ExitCode}: {string.Join('\n', child.Lines.TakeLast(3))}");
        }
    }

    /// <summary>The tensors at the last step that are not the same to the bit in two runs.</summary>
    public static IEnumerable<string> Differences(string whole, string run) =>
        from file in Tensors
        let name = Path.Combine($"step-{SmallRun.Steps:D8}", file)
        where !File.ReadAllBytes(Path.Combine(whole, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(run, name)))
        select Path.Combine(run, name);

    private static long Saved(string run) => Directory.Exists(run)
        ? Directory.GetDirectories(run, "step-*").Select(path => long.Parse(Path.GetFileName(path)[5..], null)).DefaultIfEmpty().Max()
        : 0;
}
