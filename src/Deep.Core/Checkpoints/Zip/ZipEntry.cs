namespace Deep.Checkpoints.Zip;

/// <summary>One file of a zip archive.</summary>
/// <param name="Name">Its path inside the archive, with forward slashes.</param>
/// <param name="Deflated">Whether it is compressed; if not, it is stored as it is.</param>
/// <param name="Offset">Where its bytes begin in the archive.</param>
/// <param name="CompressedSize">How many bytes it takes there.</param>
/// <param name="Size">How many bytes it has.</param>
internal sealed record ZipEntry(string Name, bool Deflated, long Offset, long CompressedSize, long Size);
