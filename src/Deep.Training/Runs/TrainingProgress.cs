using System.Collections.ObjectModel;

namespace Deep.Training;

/// <summary>Where a training run stands; the means are over the steps since the report before.</summary>
public sealed record TrainingProgress
{
    /// <summary>The number of steps taken.</summary>
    public required long Step { get; init; }

    /// <summary>The number of steps of the whole run.</summary>
    public required long Steps { get; init; }

    /// <summary>Passes over the data so far, with fraction.</summary>
    public required double Epoch { get; init; }

    /// <summary>
    /// The mean training loss, weighted by items; NaN where no step was taken since the report before.
    /// </summary>
    public required double Loss { get; init; }

    /// <summary>
    /// The share of right answers, 0 to 1, on the augmented training data; NaN where the objective counts none.
    /// </summary>
    public required double Accuracy { get; init; }

    /// <summary>The learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Items trained on in a second, evaluation not counted.</summary>
    public required double ItemsPerSecond { get; init; }

    /// <summary>The time since the run began, evaluation included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The time that is left at the present speed.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>The share of units that adaptive clipping shortened, 0 to 1.</summary>
    public required double ClippedShare { get; init; }

    /// <summary>The number of steps left out because loss or gradient was not finite, since the run began.</summary>
    public required long SkippedSteps { get; init; }

    /// <summary>
    /// The mean 2-norm of all gradients together, before any clipping, over the steps that were taken; NaN where none was.
    /// </summary>
    public double GradientNorm { get; init; } = double.NaN;

    /// <summary>The share of the time in which the loop computed and did not wait for a batch, 0 to 1.</summary>
    public double BusyShare { get; init; } = double.NaN;

    /// <summary>Means, weighted by items, of what the objective measures beside the loss, by name.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The evaluation that ended with this report; null at most reports.</summary>
    public Evaluation? Evaluation { get; init; }
}
