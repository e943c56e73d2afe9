using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>What an objective says about one batch.</summary>
/// <param name="Loss">A scalar with gradient: the mean over the items.</param>
/// <param name="Items">The number of items, by which micro-batches are weighted; 1 or more.</param>
/// <param name="Correct">A scalar that counts right answers, or null where there is no such thing.</param>
/// <param name="Metrics">Scalars by name, each a mean over the items, that reports tell; null for none.</param>
public sealed record StepLoss(
    Tensor Loss, long Items, Tensor? Correct = null, IReadOnlyDictionary<string, Tensor>? Metrics = null);
