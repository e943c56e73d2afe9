using System.Runtime.InteropServices;

namespace Deep.Checkpoints;

/// <summary>
/// Writes a file so that a reader, or a machine that loses power, sees the old content or the new, never a part.
/// </summary>
/// <remarks>
/// The bytes go to a new file beside the target, are flushed to the disk, and the file is then renamed over the target;
/// on Unix the folder is flushed too. A file that is mapped or open for reading elsewhere keeps its old content for
/// that reader. Safe for concurrent use: of two writers of one path the later rename wins, whole.
/// </remarks>
public static partial class AtomicFile
{
    /// <summary>Writes <paramref name="path"/> as a whole or not at all.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <param name="write">Writes the content to a seekable stream that it must not keep.</param>
    /// <exception cref="IOException">
    /// The disk is full, or the folder is missing or cannot be written; nothing has changed.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">
    /// The folder or the file may not be written; nothing has changed.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = System.IO.Path.GetFullPath(path);
        var folder = System.IO.Path.GetDirectoryName(target)
            ?? throw new IOException($"{path} is a folder's root and cannot be written as a file.");
        // The target's own name would make the temporary one too long for the file system when it is at the limit.
        var temporary = System.IO.Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        var renamed = false;
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            renamed = true;
        }
        catch (ArgumentOutOfRangeException error) when (error.ParamName == "value")
        {
            // This is how the runtime reports EFBIG, which is as much a full disk as ENOSPC is.
            throw new IOException($"{path} becomes larger than the file system allows.", error);
        }
        finally
        {
            if (!renamed)
            {
                Discard(temporary);
            }
        }

        FlushFolder(folder);
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first error is the one the caller must see; a stray temporary file harms nobody.
        }
    }

    /// <summary>Flushes a folder's list of names to the disk, so that a rename in it outlives a loss of power.</summary>
    internal static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, flags: 0);
        if (descriptor < 0)
        {
            return; // a folder may allow writing but not reading; the file's own bytes are on the disk already
        }

        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
