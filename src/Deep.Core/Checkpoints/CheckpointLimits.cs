namespace Deep.Checkpoints;

/// <summary>What a checkpoint file may cost before it is refused, so that a hostile one costs little.</summary>
public sealed record CheckpointLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static CheckpointLimits Default { get; } = new();

    /// <summary>The most tensors in one file. 131,072 by default: more than any published file has.</summary>
    public int MaxTensors { get; init; } = 131_072;

    /// <summary>
    /// The managed memory that a file's directory (names, shapes, objects of a pickle) may take beyond the file's own
    /// size, in bytes. 48 MB by default.
    /// </summary>
    public long MaxDirectoryBytes { get; init; } = 48L << 20;

    /// <summary>The most bytes that one compressed entry may inflate to. 4 GB by default.</summary>
    public long MaxInflatedBytes { get; init; } = 4L << 30;

    /// <summary>
    /// The most bytes that a tensor may have which repeats its stored elements (strides of zero or that overlap). 64 MB
    /// by default; a tensor no larger than its storage is never limited.
    /// </summary>
    public long MaxExpandedBytes { get; init; } = 64L << 20;

    /// <summary>The deepest nesting of dictionaries and lists. 64 by default.</summary>
    public int MaxNesting { get; init; } = 64;
}
