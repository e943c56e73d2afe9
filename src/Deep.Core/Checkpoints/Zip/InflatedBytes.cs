using System.IO.Compression;

namespace Deep.Checkpoints.Zip;

/// <summary>A deflated zip entry, inflated as it is read.</summary>
internal sealed class InflatedBytes(string name, CheckpointBytes source, ZipEntry entry)
    : SequentialBytes(name, entry.Size)
{
    protected override Stream OpenDecoder() => new DeflateStream(
        new RangeStream(source, entry.Offset, entry.CompressedSize), CompressionMode.Decompress);
}
