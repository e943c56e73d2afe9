using System.IO.Compression;

namespace Deep.Checkpoints.Zip;

/// <summary>
/// Adds stored entries to an archive, with a fixed date so that the same tensors give the same bytes.
/// </summary>
internal static class ZipWriter
{
    private static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Stream Open(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Earliest;
        return entry.Open();
    }
}
