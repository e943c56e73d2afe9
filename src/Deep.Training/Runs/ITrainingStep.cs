namespace Deep.Training;

/// <summary>One update of a model or of several: what <see cref="Trainer"/> repeats, measures and saves.</summary>
/// <remarks>
/// For training that one objective and one optimiser do not describe, such as two networks against each other; all
/// others use <see cref="Trainer.Fit{TBatch}"/>. A step must be a function of its number and of the saved state, to the
/// bit. Called on one thread.
/// </remarks>
public interface ITrainingStep
{
    /// <summary>The number of steps of one pass over the data, 1 or more.</summary>
    long StepsPerEpoch { get; }

    /// <summary>All that changes from step to step, by the name of its file in a checkpoint (without extension).</summary>
    IReadOnlyDictionary<string, IRunState> State { get; }

    /// <summary>What must not change when a run goes on, for comparison: the name of each setting with its value.</summary>
    IReadOnlyDictionary<string, string> Configuration { get; }

    /// <summary>Called once, after the state was loaded and before the first step is taken.</summary>
    /// <param name="firstStep">The number of that step, from 0.</param>
    /// <param name="steps">The number of steps of the whole run.</param>
    void Begin(long firstStep, long steps)
    {
    }

    /// <summary>Takes a step. The random state of torch was seeded for it from the run's seed and the step.</summary>
    /// <param name="number">The number of the step, from 0.</param>
    /// <param name="learningRate">The rate that the schedule gives.</param>
    /// <returns>What it came to; <see cref="StepOutcome.Skipped"/> where nothing was updated.</returns>
    StepOutcome Take(long number, double learningRate);

    /// <summary>Calls an evaluation in evaluation mode, without gradients and with averaged weights where there are some.</summary>
    /// <param name="evaluate">The evaluation.</param>
    /// <param name="cancellationToken">Handed to it.</param>
    Evaluation Evaluate(Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken);

    /// <summary>How much was clipped since this was last asked.</summary>
    ClippingStatistics TakeClippingStatistics() => default;
}
