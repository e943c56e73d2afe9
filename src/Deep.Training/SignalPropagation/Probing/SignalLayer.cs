namespace Deep.Training.SignalPropagation;

/// <summary>The signal behind one block.</summary>
public sealed record SignalLayer
{
    /// <summary>The number of the block, from 1; 0 is the embedding.</summary>
    public required int Layer { get; init; }

    /// <summary>What the block is, such as <c>plain attention</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the block normalises; see <see cref="ISignalBlock.IsNormalized"/>.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>The stream behind the block, as it was measured.</summary>
    public required SignalKernel Measured { get; init; }

    /// <summary>The same in a network of infinite width, where it is known; otherwise null.</summary>
    public SignalKernel? Theory { get; init; }

    /// <summary>The 2-norm of the gradient of the loss with respect to the stream behind the block.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>
    /// The mean entropy of the block's attention, each row's divided by the logarithm of the number of positions that it
    /// may see: 1 where it looks everywhere alike, 0 where at one position. Null where there is no attention.
    /// </summary>
    public double? AttentionEntropy { get; init; }
}
