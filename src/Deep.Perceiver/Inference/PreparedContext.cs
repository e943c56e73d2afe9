using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, H heads, M rows of the context

/// <summary>What a <see cref="FrozenCrossAttend"/> makes of its context once, for any number of queries. Dispose it.</summary>
/// <param name="keys">[B, H, M, width].</param>
/// <param name="values">[B, H, M, width].</param>
/// <param name="bias">[B, M], added to the scores; null: nothing.</param>
/// <param name="shown">[B, 1, 1], false for samples without keys; null: all have some.</param>
internal sealed class PreparedContext(Tensor keys, Tensor values, Tensor? bias, Tensor? shown) : IDisposable
{
    public Tensor Keys { get; } = keys;

    public Tensor Values { get; } = values;

    public Tensor? Bias { get; } = bias;

    public Tensor? Shown { get; } = shown;

    public void Dispose()
    {
        Keys.Dispose();
        Values.Dispose();
        Bias?.Dispose();
        Shown?.Dispose();
    }
}
