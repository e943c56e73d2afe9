namespace Deep.Checkpoints;

/// <summary>A checkpoint in memory, such as an embedded resource.</summary>
internal sealed class ArrayBytes(string name, ReadOnlyMemory<byte> bytes) : CheckpointBytes(name)
{
    public override long Length => bytes.Length;

    public override void Read(long offset, Span<byte> destination)
    {
        RequireRange(offset, destination.Length);
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }
}
