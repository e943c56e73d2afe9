namespace Deep.Checkpoints;

/// <summary>The bytes of a checkpoint, from a mapped file, an array, or inflated from either.</summary>
internal abstract class CheckpointBytes(string name) : IDisposable
{
    /// <summary>
    /// The most bytes copied at once: what a large tensor costs beyond its own memory while it is read.
    /// </summary>
    public const int Window = 32 << 20;

    /// <summary>The path or description that errors name.</summary>
    public string Name { get; } = name;

    public abstract long Length { get; }

    /// <summary>Copies exactly <paramref name="destination"/>.Length bytes from <paramref name="offset"/> on.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    public virtual void Dispose() => GC.SuppressFinalize(this);

    public CheckpointException Error(string? tensor, string reason, Exception? inner = null) =>
        new(Name, tensor, reason, inner);

    public byte[] ReadArray(long offset, int length)
    {
        RequireRange(offset, length);
        var bytes = new byte[length];
        Read(offset, bytes);
        return bytes;
    }

    protected void RequireRange(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
        {
            throw Error(
                null, $"ends early: {length} bytes were expected at offset {offset}, but it has {Length} bytes");
        }
    }
}
