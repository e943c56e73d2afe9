using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>What an objective says about one batch.</summary>
/// <param name="Loss">A scalar with gradient: the mean over the items.</param>
/// <param name="Items">The number of items, by which micro-batches are weighted; 1 or more.</param>
/// <param name="Correct">A scalar that counts right answers, or null where there is no such thing.</param>
public sealed record StepLoss(Tensor Loss, long Items, Tensor? Correct = null);
