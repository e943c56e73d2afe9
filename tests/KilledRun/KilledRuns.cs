using System.Text.Json.Nodes;

namespace KilledRun;

/// <summary>Kills runs at random moments, starts them again until they end, and compares their last checkpoints.</summary>
internal static class KilledRuns
{
    /// <summary>The file of reports and events in the folder of a run.</summary>
    public const string History = "history.jsonl";

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

    /// <summary>The tensors at the last step that are not the same to the bit in two runs, and their histories if they are not the same.</summary>
    public static IEnumerable<string> Differences(string whole, string run)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(whole, $"step-{SmallRun.Steps:D8}"), "*.safetensors"))
        {
            var name = Path.GetRelativePath(whole, file);
            if (!File.ReadAllBytes(Path.Combine(whole, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(run, name))))
            {
                yield return Path.Combine(run, name);
            }
        }

        if (!Course(whole).SequenceEqual(Course(run)))
        {
            yield return Path.Combine(run, History);
        }
    }

    // Two runs to the same bits may differ in their times only.
    private static IEnumerable<string> Course(string run) => File.ReadLines(Path.Combine(run, History)).Select(line =>
    {
        var entry = JsonNode.Parse(line)!.AsObject();
        entry.Remove("time");
        return entry.ToJsonString();
    });

    private static long Saved(string run) => Directory.Exists(run)
        ? Directory.GetDirectories(run, "step-*").Select(path => long.Parse(Path.GetFileName(path)[5..], null)).DefaultIfEmpty().Max()
        : 0;
}
