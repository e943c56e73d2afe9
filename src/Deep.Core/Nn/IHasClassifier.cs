using static TorchSharp.torch.nn;

namespace Deep.Nn;

/// <summary>
/// A model that says which of its modules is the classifier, the last linear layer that makes class scores.
/// </summary>
/// <remarks>
/// Training treats the classifier's weight apart (adaptive gradient clipping leaves it out) and fine-tuning replaces
/// it; both ask the model instead of guessing from names.
/// </remarks>
public interface IHasClassifier
{
    /// <summary>The classifier, one of the model's registered modules; null where the model has none.</summary>
    Module? Classifier { get; }
}
