using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, Q queries, M rows of the context

/// <summary>The encoder's cross-attend, frozen.</summary>
internal interface IFrozenCrossAttend : IDisposable
{
    /// <summary>The cross-attend with its MLP.</summary>
    /// <param name="query">[B or 1, Q, E] in 32-bit floats; not changed.</param>
    /// <param name="context">[B, M, C] in 32-bit floats; not changed.</param>
    /// <param name="mask">[B, M] of bool, true where a row may be attended to; null: all.</param>
    /// <returns>[B, Q, E] in 32-bit floats. The caller disposes it.</returns>
    Tensor Forward(Tensor query, Tensor context, Tensor? mask);
}
