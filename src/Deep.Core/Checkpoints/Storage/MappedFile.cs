using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Deep.Checkpoints;

/// <summary>A checkpoint file mapped into memory a window at a time.</summary>
/// <remarks>
/// Windows are unmapped as soon as they are copied: pages of a file that stay mapped count as the process's own memory,
/// which would double the peak while a model loads. A mapping of a file that another process cuts short ends the
/// process when the missing part is touched, so the length is looked at again before each window; small reads do not
/// map at all.
/// </remarks>
internal sealed class MappedFile : CheckpointBytes
{
    private const int Smallest = 1 << 16;

    private readonly SafeFileHandle handle;
    private readonly MemoryMappedFile? map;

    public MappedFile(string path)
        : base(path)
    {
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            Length = RandomAccess.GetLength(handle);
            map = Length == 0 ? null : MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            var reason = Directory.Exists(path) ? "is a folder, not a file"
                : error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : $"cannot be opened: {error.Message}";
            throw Error(null, reason, error);
        }
    }

    public override long Length { get; }

    public override void Read(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        RequireRange(offset, destination.Length);
        try
        {
            while (destination.Length > 0)
            {
                var part = destination[..Math.Min(destination.Length, Window)];
                if (part.Length < Smallest)
                {
                    ReadExactly(offset, part);
                }
                else
                {
                    CopyMapped(offset, part);
                }

                offset += part.Length;
                destination = destination[part.Length..];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Error(null, $"cannot be read: {error.Message}", error);
        }
    }

    public override void Dispose()
    {
        map?.Dispose();
        handle.Dispose();
        base.Dispose();
    }

    private void ReadExactly(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
            {
                throw Error(null, $"has been cut short at offset {offset} while it was open");
            }

            offset += read;
            destination = destination[read..];
        }
    }

    private unsafe void CopyMapped(long offset, Span<byte> destination)
    {
        if (RandomAccess.GetLength(handle) < Length)
        {
            throw Error(null, "has been cut short while it was open");
        }

        using var view = map!.CreateViewAccessor(offset, destination.Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            new ReadOnlySpan<byte>(start + view.PointerOffset, destination.Length).CopyTo(destination);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
