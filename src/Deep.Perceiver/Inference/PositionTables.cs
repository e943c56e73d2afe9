using static TorchSharp.torch;

namespace Deep.Perceivers;

// M cells, P channels

/// <summary>Encodings of whole grids that were made once: Fourier features cost more than reading them, projections much more.</summary>
/// <remarks>Safe to call from many threads. Dispose it.</remarks>
internal sealed class PositionTables : IDisposable
{
    // A network sees few sizes of input; beyond these nothing is kept.
    private const int Remembered = 8;
    private readonly Lock making = new();
    private readonly Dictionary<(object Owner, string Grid), Tensor> tables = [];
    private bool disposed;

    /// <summary>The encodings of a grid, made at the first call.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="shape">The grid.</param>
    /// <param name="grid">Where the cells lie.</param>
    /// <param name="make">Makes them, [M, P].</param>
    /// <returns>[M, P]. The caller disposes it, which leaves the table alone.</returns>
    public Tensor Of(object owner, IReadOnlyList<long> shape, GridPositions grid, Func<Tensor> make)
    {
        var key = (owner, $"{grid} {string.Join(' ', shape)}");
        lock (making)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (tables.TryGetValue(key, out var known))
            {
                return known.alias();
            }

            using var made = make();
            if (tables.Count < Remembered)
            {
                tables[key] = made.detach().contiguous().DetachFromDisposeScope();
            }

            return made.alias();
        }
    }

    public void Dispose()
    {
        lock (making)
        {
            disposed = true;
            foreach (var table in tables.Values)
            {
                table.Dispose();
            }

            tables.Clear();
        }
    }
}
