using System.Buffers.Binary;
using System.Text;

namespace Deep.Checkpoints.Zip;

/// <summary>
/// The directory of a zip archive (APPNOTE 6.3, with zip64), so that stored entries can be mapped where they lie.
/// </summary>
/// <remarks>
/// Stricter than the format: no bytes after the archive or between its parts, no encryption, no path that leaves the
/// archive, no name twice, no entries that overlap, and the name before the data must be the directory's. Two readers
/// thereby see the same archive. Checksums are not verified (PyTorch does not write them where it is told not to).
/// </remarks>
internal sealed class ZipDirectory
{
    private const int EndBytes = 22;
    private const int LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int CentralBytes = 46;
    private const int LocalBytes = 30;
    private const int MaxCommentBytes = 0xFFFF;

    // The most that deflate can gain; a larger declared size is a lie.
    private const long MaxInflation = 1032;

    private readonly CheckpointBytes source;
    private readonly AllocationBudget budget;
    private readonly OrderedDictionary<string, ZipEntry> entries = new(StringComparer.Ordinal);

    private ZipDirectory(CheckpointBytes source, AllocationBudget budget)
    {
        this.source = source;
        this.budget = budget;
    }

    /// <summary>The entries in the directory's order.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => entries;

    public static ZipDirectory Read(CheckpointBytes source, AllocationBudget budget)
    {
        var directory = new ZipDirectory(source, budget);
        var (offset, length, count) = directory.FindDirectory();
        directory.ReadEntries(offset, length, count);
        directory.RequireNoOverlap(offset);
        return directory;
    }

    /// <summary>An entry's bytes; inflated ones are to be disposed with the archive.</summary>
    public (CheckpointBytes Bytes, long Offset) Open(ZipEntry entry) => entry.Deflated
        ? (new InflatedBytes(source.Name, source, entry), 0)
        : (source, entry.Offset);

    private CheckpointException Error(string reason) => source.Error(null, $"is a damaged zip archive: {reason}");

    private (long Offset, long Length, long Count) FindDirectory()
    {
        // An archive without a comment, as nearly all are, needs no search.
        foreach (var most in (ReadOnlySpan<int>)[EndBytes, EndBytes + MaxCommentBytes])
        {
            var length = (int)Math.Min(source.Length, most);
            var tail = source.ReadArray(source.Length - length, length).AsSpan();
            for (var at = tail.Length - EndBytes; at >= 0; at--)
            {
                var end = tail[at..];
                if (end.StartsWith("PK\x5\x6"u8) && EndBytes + U16(end, 20) == end.Length)
                {
                    return ReadEnd(end, source.Length - end.Length);
                }
            }
        }

        throw Error("its end record is missing, so the file may have been cut short");
    }

    private (long Offset, long Length, long Count) ReadEnd(ReadOnlySpan<byte> end, long endOffset)
    {
        long count = U16(end, 10);
        long length = U32(end, 12);
        long offset = U32(end, 16);
        var directoryEnd = endOffset;
        if (U16(end, 4) != 0 || U16(end, 6) != 0 || U16(end, 8) != count)
        {
            throw Error("it is one part of several");
        }

        // PyTorch writes the 64-bit record always, others only where a 32-bit field is too small.
        if (TryReadEnd64(endOffset) is { } wide)
        {
            var same = Agrees(count, wide.Count, 0xFFFF)
                && Agrees(length, wide.Length, 0xFFFFFFFF)
                && Agrees(offset, wide.Offset, 0xFFFFFFFF);
            if (!same)
            {
                throw Error("its two end records disagree");
            }

            (offset, length, count, directoryEnd) = wide;
        }

        if (offset < 0 || length < 0 || count < 0 || offset > directoryEnd || length != directoryEnd - offset)
        {
            throw Error("its directory does not lie where the end record says");
        }

        if (count > length / CentralBytes)
        {
            throw Error($"{count} entries do not fit its directory of {length} bytes");
        }

        return (offset, length, count);
    }

    private static bool Agrees(long narrow, long wide, long saturated) => narrow == wide || narrow == saturated;

    private (long Offset, long Length, long Count, long End)? TryReadEnd64(long endOffset)
    {
        if (endOffset < LocatorBytes + End64Bytes)
        {
            return null;
        }

        Span<byte> locator = stackalloc byte[LocatorBytes];
        source.Read(endOffset - LocatorBytes, locator);
        if (!locator.StartsWith("PK\x6\x7"u8))
        {
            return null;
        }

        var end64Offset = U64(locator, 8);
        if (end64Offset < 0 || end64Offset > endOffset - LocatorBytes - End64Bytes)
        {
            throw Error("its zip64 end record is missing");
        }

        Span<byte> end64 = stackalloc byte[End64Bytes];
        source.Read(end64Offset, end64);
        if (!end64.StartsWith("PK\x6\x6"u8) || U64(end64, 24) != U64(end64, 32))
        {
            throw Error("its zip64 end record is wrong");
        }

        return (U64(end64, 48), U64(end64, 40), U64(end64, 32), end64Offset);
    }

    private void ReadEntries(long offset, long length, long count)
    {
        budget.Charge(Math.Min(length, 1 << 16));
        using var directory = new BufferedStream(
            new RangeStream(source, offset, length), (int)Math.Clamp(length, 1, 1 << 16));
        Span<byte> head = stackalloc byte[CentralBytes];
        var variable = new byte[512];
        for (var index = 0L; index < count; index++)
        {
            Fill(directory, head);
            if (!head.StartsWith("PK\x1\x2"u8))
            {
                throw Error($"entry {index} of its directory is wrong");
            }

            var (nameLength, extraLength, commentLength) = (U16(head, 28), U16(head, 30), U16(head, 32));
            var restLength = nameLength + extraLength + commentLength;
            if (restLength > variable.Length)
            {
                budget.Charge(2L * restLength);
                variable = new byte[2 * restLength];
            }

            var rest = variable.AsSpan(0, restLength);
            Fill(directory, rest);
            AddEntry(head, rest[..nameLength], rest.Slice(nameLength, extraLength));
        }

        if (directory.ReadByte() >= 0)
        {
            throw Error("its directory is longer than its entries");
        }
    }

    private void AddEntry(ReadOnlySpan<byte> head, ReadOnlySpan<byte> nameBytes, ReadOnlySpan<byte> extra)
    {
        budget.ChargeObject(160);
        budget.ChargeText(nameBytes.Length);
        var name = NameOf(nameBytes);
        var (flags, method) = (U16(head, 8), U16(head, 10));
        if ((flags & 1) != 0)
        {
            throw Error($"'{name}' is encrypted");
        }

        if (method is not (0 or 8))
        {
            throw Error($"'{name}' is compressed by method {method}; only stored and deflated entries are read");
        }

        var (size, compressed, local) = SizesOf(head, extra, name);
        var data = LocateData(name, nameBytes, local);
        if (compressed > source.Length - data)
        {
            throw Error($"'{name}' ends outside the file");
        }

        CheckSizes(name, method, size, compressed);
        if (!entries.TryAdd(name, new ZipEntry(name, method == 8, data, compressed, size)))
        {
            throw Error($"'{name}' is there twice");
        }
    }

    private void CheckSizes(string name, int method, long size, long compressed)
    {
        if (method == 0 && size != compressed)
        {
            throw Error($"'{name}' is stored in {compressed} bytes, but declares {size}");
        }

        if (method == 8 && (size / MaxInflation > compressed || size > budget.Limits.MaxInflatedBytes))
        {
            throw Error($"'{name}' declares {size} bytes from {compressed} compressed ones "
                + "(CheckpointLimits.MaxInflatedBytes)");
        }
    }

    private string NameOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || !System.Text.Unicode.Utf8.IsValid(bytes) || bytes.ContainsAny("\\\0"u8))
        {
            throw Error("it has an entry whose name is no relative path in UTF-8");
        }

        var name = Encoding.UTF8.GetString(bytes);
        var outside = name[0] == '/' || (name.Length > 1 && name[1] == ':') || name.Split('/').Contains("..");
        return outside ? throw Error($"'{name}' leads out of it") : name;
    }

    private (long Size, long Compressed, long Local) SizesOf(
        ReadOnlySpan<byte> head, ReadOnlySpan<byte> extra, string name)
    {
        long compressed = U32(head, 20);
        long size = U32(head, 24);
        long local = U32(head, 42);
        while (extra.Length >= 4)
        {
            var length = U16(extra, 2);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (U16(extra, 0) == 1)
            {
                var wide = extra.Slice(4, length);
                size = Widen(size, ref wide, name);
                compressed = Widen(compressed, ref wide, name);
                local = Widen(local, ref wide, name);
            }

            extra = extra[(4 + length)..];
        }

        return size < 0 || compressed < 0 || local < 0
            ? throw Error($"'{name}' has a size or place beyond 2^63")
            : (size, compressed, local);
    }

    private long Widen(long value, ref ReadOnlySpan<byte> wide, string name)
    {
        if (value != 0xFFFFFFFF)
        {
            return value;
        }

        if (wide.Length < 8)
        {
            throw Error($"'{name}' lacks its zip64 sizes");
        }

        var widened = U64(wide, 0);
        wide = wide[8..];
        return widened;
    }

    private long LocateData(string name, ReadOnlySpan<byte> nameBytes, long local)
    {
        if (local > source.Length - LocalBytes - nameBytes.Length)
        {
            throw Error($"'{name}' begins outside the file");
        }

        Span<byte> head = stackalloc byte[LocalBytes + 1024];
        head = head[..(LocalBytes + Math.Min(nameBytes.Length, 1024))];
        source.Read(local, head);
        var same = head.StartsWith("PK\x3\x4"u8) && U16(head, 26) == nameBytes.Length
            && nameBytes.StartsWith(head[LocalBytes..]);
        if (!same)
        {
            throw Error($"'{name}' is not where its directory says");
        }

        var data = local + LocalBytes + nameBytes.Length + U16(head, 28);
        return data <= source.Length ? data : throw Error($"'{name}' begins outside the file");
    }

    private void RequireNoOverlap(long directoryOffset)
    {
        var previousEnd = 0L;
        foreach (var entry in entries.Values.OrderBy(entry => entry.Offset))
        {
            if (entry.Offset < previousEnd || entry.Offset + entry.CompressedSize > directoryOffset)
            {
                throw Error($"'{entry.Name}' overlaps another part of it");
            }

            previousEnd = entry.Offset + entry.CompressedSize;
        }
    }

    private void Fill(Stream directory, Span<byte> destination)
    {
        if (directory.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
        {
            throw Error("its directory is shorter than its entries");
        }
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
