using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M rows, C channels

/// <summary>The byte array, the paper's name for what the encoder attends to. Dispose it to free its values.</summary>
public sealed class ByteArray : IDisposable
{
    /// <summary>A byte array.</summary>
    /// <param name="values">[B, M, C]; owned from now on.</param>
    /// <param name="mask">[B, M] of bool, true where a row may be attended to; the caller's. Null: everywhere.</param>
    /// <param name="sizes">Rows of each modality, whose order is that of their names; null: one modality.</param>
    /// <param name="grid">The grid that the rows are the cells of; null: a sequence.</param>
    public ByteArray(Tensor values, Tensor? mask = null, IReadOnlyDictionary<string, long>? sizes = null, IReadOnlyList<long>? grid = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var shape = values.shape;
        Values = values;
        Mask = mask;
        Sizes = sizes ?? new SortedDictionary<string, long>(StringComparer.Ordinal) { [PerceiverInput.Only] = shape[1] };
        Grid = grid ?? [shape[1]];
    }

    /// <summary>[B, M, C].</summary>
    public Tensor Values { get; }

    /// <summary>[B, M] of bool, true where a row may be attended to; null: everywhere.</summary>
    public Tensor? Mask { get; }

    /// <summary>Rows of each modality, in the order in which they stand.</summary>
    public IReadOnlyDictionary<string, long> Sizes { get; }

    /// <summary>The grid that the rows are the cells of, row-major.</summary>
    public IReadOnlyList<long> Grid { get; }

    /// <summary>Frees the values.</summary>
    public void Dispose() => Values.Dispose();
}
