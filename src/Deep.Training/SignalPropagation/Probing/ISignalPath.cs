using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// N items, T positions, d width

/// <summary>A model through which a signal can be followed: an embedding, blocks one after the other, a head.</summary>
/// <remarks>Blocks that implement <see cref="ISignalBlock"/> say more of themselves.</remarks>
public interface ISignalPath
{
    /// <summary>The blocks from the input to the output: each takes the stream [N, T, d] and gives the next.</summary>
    IReadOnlyList<Module<Tensor, Tensor>> Blocks { get; }

    /// <summary>The stream that enters the first block.</summary>
    /// <param name="x">What the model takes, such as tokens [N, T] of int64.</param>
    /// <returns>[N, T, d].</returns>
    Tensor Embed(Tensor x);

    /// <summary>What the model makes of the stream after the last block.</summary>
    /// <param name="x">[N, T, d].</param>
    /// <returns>Such as logits [N, T, V].</returns>
    Tensor Head(Tensor x);
}
