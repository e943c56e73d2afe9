namespace Deep.Training;

/// <summary>Something that happened in a training run.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Step">The number of steps taken when it happened.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Path">The file or folder that it is about; null where there is none.</param>
public sealed record TrainingEvent(TrainingEventKind Kind, long Step, string Message, string? Path = null);
