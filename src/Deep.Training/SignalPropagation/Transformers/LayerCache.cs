using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// N batch, H heads, P positions so far, D features of a head

/// <summary>The keys and values that one block has seen.</summary>
internal sealed class LayerCache : IDisposable
{
    private Tensor? keys;
    private Tensor? values;

    /// <summary>Appends those of new positions and gives all of them [N, H, P, D].</summary>
    public (Tensor Keys, Tensor Values) Append(Tensor newKeys, Tensor newValues)
    {
        keys = Joined(keys, newKeys);
        values = Joined(values, newValues);
        return (keys, values);
    }

    public void Clear()
    {
        keys?.Dispose();
        values?.Dispose();
        (keys, values) = (null, null);
    }

    public void Dispose() => Clear();

    private static Tensor Joined(Tensor? old, Tensor added)
    {
        var all = old is null ? added.contiguous().clone() : cat([old, added], 2);
        old?.Dispose();
        return all.DetachFromDisposeScope();
    }
}
