using static TorchSharp.torch.nn;

namespace Deep.Nn;

/// <summary>A model that says what its layers are, from the input to the output.</summary>
/// <remarks>
/// Fine-tuning trains layers near the input more slowly, or not at all; it asks the model instead of guessing from
/// names.
/// </remarks>
public interface IHasLayers
{
    /// <summary>
    /// The layers in the order of the forward pass, each one of the model's modules and none inside another: the stem
    /// first, the classifier last.
    /// </summary>
    IReadOnlyList<Module> Layers { get; }
}
