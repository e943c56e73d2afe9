namespace Deep.Training;

/// <summary>Follows a training run: is told of its progress and of what happens in it.</summary>
/// <remarks>Called on the thread that trains, between two steps. An exception ends the run.</remarks>
public interface IRunLog
{
    /// <summary>A report of progress.</summary>
    void Report(TrainingProgress progress);

    /// <summary>Something happened: the run was resumed, a step left out, a checkpoint written.</summary>
    void Report(TrainingEvent happened);
}
