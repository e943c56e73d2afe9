namespace Deep.Training;

/// <summary>Batches as a function of the step: whoever asks for a step's batch again gets the same one.</summary>
/// <typeparam name="TBatch">What an objective is computed from.</typeparam>
/// <remarks>
/// A trainer with workers reads on several threads at once, so <see cref="Read"/> must be safe to call so. What it draws
/// must come from the step, not from a generator that threads share.
/// </remarks>
public interface IBatchSource<out TBatch>
    where TBatch : IDisposable
{
    /// <summary>The number of steps of one pass over the data, 1 or more.</summary>
    long StepsPerEpoch { get; }

    /// <summary>
    /// The batch of a step, or one of the parts of it where a step's gradient is summed over several.
    /// </summary>
    /// <param name="stepNumber">The number of the step, from 0, over all epochs.</param>
    /// <param name="part">Which part, from 0 to below <paramref name="parts"/>.</param>
    /// <param name="parts">The number of parts, 1 for the whole.</param>
    /// <returns>A new batch; the caller disposes it.</returns>
    TBatch Read(long stepNumber, int part, int parts);
}
