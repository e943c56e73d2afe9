using System.Globalization;

namespace KilledRun;

/// <summary>The kill test at length, with its result as text.</summary>
internal static class Campaign
{
    private const int KillsOfRun = 4;

    /// <returns>0 where every killed run ended with the bits of the one that was not.</returns>
    public static int Run(string[] options, TextWriter output)
    {
        var kills = int.Parse(Value(options, "--kills", "20"), CultureInfo.InvariantCulture);
        var seed = int.Parse(Value(options, "--seed", "1"), CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("killed-run-").FullName;
        var lines = new List<string>
        {
            FormattableString.Invariant($"{DateTime.UtcNow:yyyy-MM-dd}, two cores of an AMD EPYC"),
            $"dotnet run -c Release --project tests/KilledRun -- campaign {string.Join(' ', options)}".TrimEnd(),
            $"Runs of {SmallRun.Steps} steps with a checkpoint every 3, killed with SIGKILL at random moments, at most {KillsOfRun} times each, and",
            "started again until they end; then model, optimiser and average are compared byte for byte with those of a run",
            "that was never killed, and their logs line by line, but for the times.",
            "",
        };
        var differences = 0;
        foreach (var configuration in RunConfigurations.All)
        {
            var report = KilledRuns.Try(
                configuration.Name, kills, KillsOfRun, seed++, Directory.CreateDirectory(Path.Combine(folder, configuration.Name)).FullName);
            differences += report.Differences.Count;
            lines.AddRange(
            [
                $"{configuration.Name}: {configuration.Description}",
                $"  {report.Moments.Count} kills in {report.Runs} runs, {report.WhileSaving} of them while a checkpoint was being written",
                $"  after step {string.Join(", ", report.Moments)}",
                report.Differences.Count == 0
                    ? "  every run ended with the same bits and the same log"
                    : $"  DIFFERENT: {string.Join(", ", report.Differences)}",
            ]);
            output.WriteLine(string.Join('\n', lines.TakeLast(4)));
        }

        if (options.Contains("--output"))
        {
            File.WriteAllLines(Value(options, "--output", ""), lines);
        }

        Directory.Delete(folder, recursive: true);
        return differences == 0 ? 0 : 1;
    }

    private static string Value(string[] options, string name, string otherwise) =>
        Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : otherwise;
}
