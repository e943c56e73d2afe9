using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N windows, T bytes

/// <summary>Windows of a text with hidden words, and what stood there.</summary>
/// <param name="Tokens">[N, T] of int64: what the model sees.</param>
/// <param name="Labels">[N, T] of int64: the byte's token at each hidden place, <see cref="MaskedTokens.Ignored"/> elsewhere.</param>
/// <remarks>Dispose it to dispose the tensors.</remarks>
public sealed record MaskedBytes(Tensor Tokens, Tensor Labels) : ISliceableBatch<MaskedBytes>, IDisposable
{
    /// <summary>N.</summary>
    public long Count => Tokens.shape[0];

    /// <inheritdoc/>
    public MaskedBytes Slice(long first, long count) => new(Tokens.narrow(0, first, count), Labels.narrow(0, first, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        Labels.Dispose();
    }
}
