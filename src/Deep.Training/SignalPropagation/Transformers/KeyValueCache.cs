namespace Deep.Training.SignalPropagation;

/// <summary>What a causal transformer keeps of the positions that it has read, so that a new one costs one position.</summary>
/// <remarks>
/// Filled by <see cref="VanillaTransformer.Next"/>. Not safe for use by two threads at once. Its memory grows with every position; dispose
/// it to free that.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    internal KeyValueCache(VanillaTransformer model)
    {
        Model = model;
        Layers = [.. model.Blocks.Select(_ => new LayerCache())];
    }

    /// <summary>Positions read so far.</summary>
    public long Length { get; internal set; }

    internal VanillaTransformer Model { get; }

    internal IReadOnlyList<LayerCache> Layers { get; }

    /// <summary>Forgets all positions.</summary>
    public void Clear()
    {
        foreach (var layer in Layers)
        {
            layer.Clear();
        }

        Length = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
