using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>The mask that lets a position see itself and those before it.</summary>
internal static class CausalMask
{
    /// <summary>0 where the key's position is not above the query's, else minus infinity.</summary>
    /// <returns>[queries, keys]. The caller disposes it.</returns>
    public static Tensor Of(long first, long queries, long keys, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        using Scalar unseen = double.NegativeInfinity;
        return full(queries, keys, unseen, type, device).triu(first + 1).MoveToOuterDisposeScope();
    }
}
