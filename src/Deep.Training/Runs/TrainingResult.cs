namespace Deep.Training;

/// <summary>What a training run came to.</summary>
/// <param name="Reports">Every report of progress in order: the curve of the run.</param>
/// <param name="FinalEvaluation">The last evaluation; null where none was asked for.</param>
/// <param name="SkippedSteps">The number of steps left out because loss or gradient was not finite.</param>
/// <param name="Elapsed">The duration of the run.</param>
public sealed record TrainingResult(
    IReadOnlyList<TrainingProgress> Reports, Evaluation? FinalEvaluation, long SkippedSteps, TimeSpan Elapsed);
