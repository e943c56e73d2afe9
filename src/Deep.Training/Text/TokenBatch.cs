using static TorchSharp.torch;

namespace Deep.Training;

// N windows, T positions

/// <summary>Windows of a text with what comes next at each position.</summary>
/// <param name="Tokens">[N, T] of int64.</param>
/// <param name="Targets">[N, T] of int64: each the token after the one at its place.</param>
/// <remarks>Dispose it to dispose the tensors.</remarks>
public sealed record TokenBatch(Tensor Tokens, Tensor Targets) : ISliceableBatch<TokenBatch>, IDisposable
{
    /// <summary>N.</summary>
    public long Count => Tokens.shape[0];

    /// <inheritdoc/>
    public TokenBatch Slice(long first, long count) => new(Tokens.narrow(0, first, count), Targets.narrow(0, first, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        Targets.Dispose();
    }

    /// <summary>The windows that begin at the given places.</summary>
    internal static TokenBatch At(ReadOnlySpan<int> tokens, ReadOnlySpan<int> starts, int context, Device device)
    {
        var inputs = new long[starts.Length * context];
        var targets = new long[inputs.Length];
        for (var row = 0; row < starts.Length; row++)
        {
            var window = tokens.Slice(starts[row], context + 1);
            for (var i = 0; i < context; i++)
            {
                inputs[(row * context) + i] = window[i];
                targets[(row * context) + i] = window[i + 1];
            }
        }

        return new TokenBatch(
            tensor(inputs, [starts.Length, context], ScalarType.Int64, device),
            tensor(targets, [starts.Length, context], ScalarType.Int64, device));
    }
}
