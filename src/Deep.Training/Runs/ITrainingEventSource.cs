namespace Deep.Training;

/// <summary>A part of a run in which things happen that its logs should tell, such as a source of batches.</summary>
/// <remarks>
/// A trainer asks a batch source that is one after every step and hands what it gets to the run's logs.
/// Safe to call while other threads read.
/// </remarks>
public interface ITrainingEventSource
{
    /// <summary>What happened since the last call, in order; empty where nothing did.</summary>
    IReadOnlyList<TrainingEvent> TakeEvents();
}
