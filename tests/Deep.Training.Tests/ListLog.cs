namespace Deep.Training.Tests;

/// <summary>Keeps what a run tells.</summary>
internal sealed class ListLog : IRunLog
{
    public List<TrainingProgress> Reports { get; } = [];

    public List<TrainingEvent> Events { get; } = [];

    public Action<TrainingProgress>? OnReport { get; init; }

    public void Report(TrainingProgress progress)
    {
        Reports.Add(progress);
        OnReport?.Invoke(progress);
    }

    public void Report(TrainingEvent happened) => Events.Add(happened);

    public IEnumerable<TrainingEventKind> Kinds => Events.Select(happened => happened.Kind);
}
