using System.Buffers.Binary;

namespace Deep.Checkpoints.SafeTensors;

/// <summary>
/// Opens a <c>.safetensors</c> file: eight bytes of header length, a JSON header, then the values back to back.
/// </summary>
/// <remarks>
/// The checks are those of the format's reference implementation and are numbered as they run: (1) eight bytes at
/// least, (2) a header of at most 100,000,000 bytes, (3) inside the file, (4) UTF-8, (5) a JSON object, (6) no key
/// twice, (7) values without holes or overlaps, (8) sizes that do not overflow, (9) whole bytes, (10) as many bytes as
/// shape and type need, (11) no byte left over at the end.
/// </remarks>
internal static class SafeTensorsReader
{
    public const int MaxHeaderBytes = 100_000_000;

    /// <summary>Checks the header and opens the file; takes <paramref name="source"/> over when it succeeds.</summary>
    public static StoredCheckpoint Open(CheckpointBytes source, CheckpointLimits limits)
    {
        if (source.Length < 8)
        {
            throw source.Error("header", $"needs at least 8 bytes, but the file has {source.Length}"); // rule 1
        }

        Span<byte> prefix = stackalloc byte[8];
        source.Read(0, prefix);
        var declared = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (declared > MaxHeaderBytes)
        {
            // rule 2
            throw source.Error("header", $"has {declared} bytes, more than the {MaxHeaderBytes} that are allowed");
        }

        var length = (int)declared;
        if (8L + length > source.Length)
        {
            throw source.Error("header", $"has {length} bytes, but the file only {source.Length}"); // rule 3
        }

        var budget = new AllocationBudget(source, limits);
        budget.Charge(length);
        var header = SafeTensorsHeader.Parse(source.ReadArray(8, length), source, budget); // rules 4 to 6
        return new StoredCheckpoint(source, Place(header, source, 8L + length), header.Metadata);
    }

    private static List<StoredTensor> Place(SafeTensorsHeader header, CheckpointBytes source, long dataStart)
    {
        header.Entries.Sort(static (left, right) =>
            left.Begin != right.Begin ? left.Begin.CompareTo(right.Begin) : left.End.CompareTo(right.End));
        var tensors = new List<StoredTensor>(header.Entries.Count);
        var previousEnd = 0L;
        foreach (var entry in header.Entries)
        {
            if (entry.Begin != previousEnd || entry.End < entry.Begin)
            {
                throw source.Error(entry.Name, $"has the data_offsets [{entry.Begin}, {entry.End}], "
                    + $"but the values before it end at {previousEnd}"); // rule 7
            }

            previousEnd = entry.End;
            var needed = SizeOf(entry, source); // rules 8 and 9
            if (entry.End - entry.Begin != needed)
            {
                // rule 10
                throw source.Error(entry.Name, $"needs {needed} bytes for {entry.Type.Name} "
                    + $"{TensorInfo.ShapeToText(entry.Shape)}, but its data_offsets hold {entry.End - entry.Begin}");
            }

            var info = new TensorInfo(entry.Name, entry.Type.Type, entry.Shape) { StoredType = entry.Type.Name };
            tensors.Add(new StoredTensor(info, source, dataStart + entry.Begin, needed));
        }

        if (previousEnd > source.Length - dataStart || dataStart + previousEnd != source.Length)
        {
            // rule 11
            throw source.Error(
                null, $"has {source.Length - dataStart} bytes of values, but the header declares {previousEnd}");
        }

        return tensors;
    }

    private static long SizeOf(SafeTensorsEntry entry, CheckpointBytes source)
    {
        var bits = (UInt128)entry.Type.Bits;
        var overflow = false;
        foreach (var size in entry.Shape)
        {
            // The format's reference multiplies 64-bit sizes in order and refuses on the first overflow, zero sizes
            // later or not.
            bits *= (ulong)size;
            overflow |= bits > ulong.MaxValue;
            bits = (ulong)bits;
        }

        if (overflow)
        {
            // rule 8
            throw source.Error(
                entry.Name, $"has the shape {TensorInfo.ShapeToText(entry.Shape)}, whose size overflows");
        }

        if (bits % 8 != 0)
        {
            throw source.Error(entry.Name, $"has {bits} bits, which are not whole bytes"); // rule 9
        }

        return (long)(bits / 8);
    }
}
