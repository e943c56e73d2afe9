namespace Deep.Training.Tests;

/// <summary>Reports of a run that never was.</summary>
internal static class RunReports
{
    /// <summary>A report with all numbers a function of the step, but for the times.</summary>
    public static TrainingProgress At(long step, bool evaluated = false, double seconds = 1) => new()
    {
        Step = step,
        Steps = 1000,
        Epoch = step / 50.0,
        Loss = 2.3 * Math.Exp(-step / 300.0),
        Accuracy = 1 - 0.9 * Math.Exp(-step / 200.0),
        LearningRate = 0.1 * (1 - step / 1000.0),
        ItemsPerSecond = 800 + seconds,
        Elapsed = TimeSpan.FromSeconds(seconds),
        Remaining = TimeSpan.FromSeconds(80),
        ClippedShare = 0.25,
        SkippedSteps = 0,
        GradientNorm = 1.5,
        BusyShare = 0.97,
        Metrics = new Dictionary<string, double> { ["top5"] = 0.5 },
        Evaluation = evaluated
            ? new Evaluation(2.2 * Math.Exp(-step / 350.0), 1 - 0.9 * Math.Exp(-step / 250.0), 512) { Metrics = new Dictionary<string, double> { ["top5"] = 0.75 } }
            : null,
    };

    public static TrainingEvent Event(TrainingEventKind kind, long step, string? path = null) => new(kind, step, $"{kind} happened.", path);
}

/// <summary>A folder for one test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("logs-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
