using System.Collections.ObjectModel;

namespace Deep.Training;

/// <summary>How good a model is on data that it was not trained on.</summary>
/// <param name="Loss">The mean loss over the items.</param>
/// <param name="Accuracy">The share of right answers, 0 to 1; NaN where there is no such thing.</param>
/// <param name="Items">The number of items.</param>
public sealed record Evaluation(double Loss, double Accuracy, long Items)
{
    /// <summary>Other measures of the model, by name; empty by default.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;
}
