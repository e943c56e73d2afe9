using Deep.Checkpoints.Zip;

namespace Deep.Checkpoints.NumPy;

/// <summary>
/// Opens NumPy files: <c>.npy</c>, whose one array is called <c>array</c>, and <c>.npz</c>, a zip of them by name.
/// </summary>
internal static class NumPyReader
{
    private const string Extension = ".npy";

    public static StoredCheckpoint OpenArray(CheckpointBytes source)
    {
        var head = source.ReadArray(0, (int)Math.Min(source.Length, NumPyHeader.MaxBytes));
        var tensor = Place(source, "array", head, source, 0, source.Length);
        return new StoredCheckpoint(source, [tensor], new Dictionary<string, string>());
    }

    public static bool IsArchive(ZipDirectory zip) =>
        zip.Entries.Count == 0 || zip.Entries.Values.Any(IsArray);

    /// <summary>Opens an archive; entries that are not arrays are passed over.</summary>
    public static StoredCheckpoint OpenArchive(CheckpointBytes source, AllocationBudget budget, ZipDirectory zip)
    {
        var tensors = new List<StoredTensor>();
        var parts = new List<IDisposable>();
        Span<byte> head = stackalloc byte[1024];
        foreach (var entry in zip.Entries.Values.Where(IsArray))
        {
            var (bytes, offset) = zip.Open(entry);
            var name = entry.Name[..^Extension.Length];
            var start = head[..(int)Math.Min(head.Length, entry.Size)];
            if (bytes is InflatedBytes inflated)
            {
                parts.Add(inflated);
                start = start[..inflated.Peek(start)];
            }
            else
            {
                bytes.Read(offset, start);
            }

            var tensor = Place(source, name, start, bytes, offset, entry.Size);
            budget.ChargeTensor(tensor.Info.Shape.Count);
            tensors.Add(tensor);
        }

        return new StoredCheckpoint(source, tensors, new Dictionary<string, string>(), parts);
    }

    private static bool IsArray(ZipEntry entry) => entry.Name.EndsWith(Extension, StringComparison.Ordinal);

    private static StoredTensor Place(
        CheckpointBytes source, string name, ReadOnlySpan<byte> head, CheckpointBytes bytes, long offset, long length)
    {
        var header = NumPyHeader.Parse(head, reason => source.Error(name, reason));
        var needed = NumPyArray.SizeOf(header.Type, header.Shape)
            ?? throw source.Error(name, $"has the shape {TensorInfo.ShapeToText(header.Shape)}, whose size overflows");
        if (header.Type.Type is not null && needed != length - header.Length)
        {
            throw source.Error(
                name, $"needs {needed} bytes for {header.Type.Spelled} {TensorInfo.ShapeToText(header.Shape)}, "
                + $"but has {length - header.Length}");
        }

        return NumPyArray.Place(name, header.Type, header.Shape, header.Fortran, bytes, offset + header.Length, needed);
    }
}
