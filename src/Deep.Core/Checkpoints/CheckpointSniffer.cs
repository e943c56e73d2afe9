using Deep.Checkpoints.Haiku;
using Deep.Checkpoints.NumPy;
using Deep.Checkpoints.SafeTensors;
using Deep.Checkpoints.Torch;
using Deep.Checkpoints.Zip;

namespace Deep.Checkpoints;

/// <summary>Tells the kind of a checkpoint from its first bytes and opens it with the reader for that kind.</summary>
internal static class CheckpointSniffer
{
    private const int HeadBytes = 512;
    private const int TarMagicOffset = 257;

    // The integer that every PyTorch pickle before 1.6 begins with, after PROTO 2 and LONG1.
    private static readonly byte[] LegacyTorch =
    [
        0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
    ];

    public static ICheckpoint Open(CheckpointBytes source, CheckpointLimits limits, string? section)
    {
        var opened = Open(source, limits, ref section);
        if (section is not null)
        {
            opened.Dispose();
            throw source.Error(null, $"has no sections, but '{section}' was asked for");
        }

        return opened;
    }

    // The section becomes null when a reader has heeded it.
    private static ICheckpoint Open(CheckpointBytes source, CheckpointLimits limits, ref string? section)
    {
        var head = source.ReadArray(0, (int)Math.Min(source.Length, HeadBytes)).AsSpan();
        if (LooksLikeSafeTensors(head))
        {
            return SafeTensorsReader.Open(source, limits);
        }

        if (head.StartsWith("PK\x3\x4"u8) || head.StartsWith("PK\x5\x6"u8))
        {
            return OpenZip(source, limits, ref section);
        }

        if (NumPyHeader.Begins(head))
        {
            return NumPyReader.OpenArray(source);
        }

        if (head.StartsWith(LegacyTorch))
        {
            throw source.Error(
                null, "is a PyTorch file from before 1.6, which is not read; load it in PyTorch and save it again");
        }

        if (head is [0x80, >= 2 and <= 5, ..])
        {
            return HaikuReader.Open(source, new AllocationBudget(source, limits));
        }

        if (head.Length > TarMagicOffset && head[TarMagicOffset..].StartsWith("ustar"u8))
        {
            throw source.Error(
                null, "is a tar archive (PyTorch's oldest format), which is not read; save it again in PyTorch");
        }

        return head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            ? OpenIndex(source, limits)
            : OpenSafeTensors(source, limits, head);
    }

    private static StoredCheckpoint OpenZip(CheckpointBytes source, CheckpointLimits limits, ref string? section)
    {
        var budget = new AllocationBudget(source, limits);
        var zip = ZipDirectory.Read(source, budget);
        var pickles = zip.Entries.Values.Count(TorchReader.IsRootPickle);
        if (pickles == 1)
        {
            var wanted = section;
            section = null;
            return TorchReader.Open(source, budget, zip, wanted);
        }

        return pickles switch
        {
            > 1 => throw source.Error(null, "is a zip archive with more than one data.pkl"),
            _ when NumPyReader.IsArchive(zip) => NumPyReader.OpenArchive(source, budget, zip),
            _ => throw source.Error(null, "is a zip archive with neither a data.pkl (PyTorch) nor .npy files (NumPy)"),
        };
    }

    private static StoredCheckpoint OpenSafeTensors(
        CheckpointBytes source, CheckpointLimits limits, ReadOnlySpan<byte> head)
    {
        // Anything may be a damaged safetensors file; only what is clearly something else is told so.
        var known = head switch
        {
            [0x1F, 0x8B, ..] => "gzip",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "HDF5",
            [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => "GGUF",
            [(byte)'<', ..] => "HTML or XML",
            [(byte)'v', (byte)'e', (byte)'r', (byte)'s', (byte)'i', (byte)'o', (byte)'n', (byte)' ', ..] =>
                "Git LFS pointer",
            _ => null,
        };
        return known is null
            ? SafeTensorsReader.Open(source, limits)
            : throw source.Error(null, $"is a {known} file, not a checkpoint of a known kind");
    }

    /// <summary>
    /// Eight bytes of header length, of which the upper four are zero, and a header: no other kind has zeros there and
    /// then a brace or white space, but the first byte alone may be that of a pickle or of JSON.
    /// </summary>
    private static bool LooksLikeSafeTensors(ReadOnlySpan<byte> head) => head.Length > 8
        && !head[4..8].ContainsAnyExcept((byte)0)
        && head[8] is (byte)'{' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

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
