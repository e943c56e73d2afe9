using Deep.Checkpoints.SafeTensors;

namespace Deep.Checkpoints;

/// <summary>Tells the kind of a checkpoint from its first bytes and opens it with the reader for that kind.</summary>
internal static class CheckpointSniffer
{
    private const int HeadBytes = 512;

    public static ICheckpoint Open(CheckpointBytes source, CheckpointLimits limits)
    {
        var head = source.ReadArray(0, (int)Math.Min(source.Length, HeadBytes)).AsSpan();
        if (head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return OpenIndex(source, limits);
        }

        return SafeTensorsReader.Open(source, limits);
    }

    private static ShardedSafeTensors OpenIndex(CheckpointBytes source, CheckpointLimits limits)
    {
        if (source is not MappedFile)
        {
            throw source.Error(null, "is an index of other files, which can only be opened by path");
        }

        var opened = ShardedSafeTensors.Open(source, limits);
        source.Dispose();
        return opened;
    }
}
