using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>A part of a training run whose tensors belong to its checkpoint: the model, an optimiser, an average.</summary>
/// <remarks>What a part saves is all that it needs to go on to the same bits.</remarks>
public interface IRunState
{
    /// <summary>Copies of all tensors of this part, by name.</summary>
    /// <returns>New tensors; the caller disposes them.</returns>
    IReadOnlyDictionary<string, Tensor> Save();

    /// <summary>Goes on from saved tensors.</summary>
    /// <param name="state">What <see cref="Save"/> gave, on any device.</param>
    /// <exception cref="ShapeException">
    /// A tensor is missing, unknown or of another shape; names all of them, and nothing has changed.
    /// </exception>
    void Load(IReadOnlyDictionary<string, Tensor> state);
}
