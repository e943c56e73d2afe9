using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// N items, T positions, d width, h heads

/// <summary>A block that a <see cref="SignalProbe"/> can ask what it is and where it attends.</summary>
public interface ISignalBlock
{
    /// <summary>What the block is, in a reader's words, such as <c>plain attention</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// Whether the block normalises what it reads or gives, so that the size of the stream is not what decides whether it
    /// can be trained.
    /// </summary>
    bool IsNormalized { get; }

    /// <summary>The attention's probabilities for a stream that enters the block.</summary>
    /// <param name="x">[N, T, d].</param>
    /// <returns>[N, h, T, T], each row with the sum 1; null where the block does not attend.</returns>
    Tensor? AttentionProbabilities(Tensor x);
}
