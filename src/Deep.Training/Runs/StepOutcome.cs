using System.Collections.ObjectModel;

namespace Deep.Training;

/// <summary>What one training step came to.</summary>
/// <param name="Loss">The mean loss over the items.</param>
/// <param name="Items">The number of items.</param>
public sealed record StepOutcome(double Loss, long Items)
{
    /// <summary>The number of right answers; NaN where there is no such thing.</summary>
    public double Correct { get; init; } = double.NaN;

    /// <summary>Other means over the items, by name; empty by default.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The 2-norm of all gradients together, before any clipping; NaN where it was not measured.</summary>
    public double GradientNorm { get; init; } = double.NaN;

    /// <summary>The time in which the step waited for its batch.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>Why nothing was updated, such as "the loss is NaN"; null where the step was taken.</summary>
    public string? Skipped { get; init; }

    /// <summary>A step that changed nothing.</summary>
    /// <param name="reason">Why, as the end of a sentence.</param>
    public static StepOutcome NotTaken(string reason) => new(double.NaN, 0) { Skipped = reason };
}
