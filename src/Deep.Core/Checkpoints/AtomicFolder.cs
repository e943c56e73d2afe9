using System.Text.RegularExpressions;

namespace Deep.Checkpoints;

/// <summary>
/// Creates and removes a folder of files so that whoever looks sees all of it or nothing, even after a loss of power.
/// </summary>
/// <remarks>
/// The files are written into a new folder beside the target, each is flushed to the disk, and the folder is renamed.
/// Removal renames first. What a process that was killed leaves behind has a name that <see cref="RemoveRests"/> knows.
/// </remarks>
public static partial class AtomicFolder
{
    /// <summary>Creates <paramref name="path"/> with all its files or not at all.</summary>
    /// <param name="path">The folder to create; it must not exist, its parent must.</param>
    /// <param name="fill">Writes files into the folder whose path it is given; folders in it are not flushed.</param>
    /// <exception cref="IOException">
    /// The disk is full, the parent is missing or cannot be written, or the folder is there already; nothing has
    /// changed.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The parent may not be written; nothing has changed.</exception>
    public static void Create(string path, Action<string> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(fill);
        var (target, parent) = Split(path);
        if (!Directory.Exists(parent))
        {
            throw new DirectoryNotFoundException($"The folder {parent} does not exist.");
        }

        var temporary = Temporary(parent);
        var renamed = false;
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            foreach (var file in Directory.EnumerateFiles(temporary))
            {
                Flush(file);
            }

            AtomicFile.FlushFolder(temporary);
            Directory.Move(temporary, target);
            renamed = true;
        }
        finally
        {
            if (!renamed)
            {
                Discard(temporary);
            }
        }

        AtomicFile.FlushFolder(parent);
    }

    /// <summary>Removes a folder and all in it; it is never seen with a part of its files.</summary>
    /// <param name="path">The folder; nothing happens where there is none.</param>
    /// <exception cref="IOException">The folder cannot be renamed; nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The parent may not be written; nothing has changed.</exception>
    public static void Delete(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (target, parent) = Split(path);
        if (Directory.Exists(target))
        {
            var temporary = Temporary(parent);
            Directory.Move(target, temporary);
            AtomicFile.FlushFolder(parent);
            Discard(temporary);
        }
    }

    /// <summary>
    /// Removes what writers and removers that were killed left in a folder: no other may be at work in it.
    /// </summary>
    /// <param name="folder">The folder in which <see cref="Create"/> and <see cref="AtomicFile"/> wrote.</param>
    public static void RemoveRests(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        foreach (var rest in Directory.EnumerateFileSystemEntries(folder, ".*.tmp"))
        {
            if (TemporaryName().IsMatch(System.IO.Path.GetFileName(rest)))
            {
                Discard(rest);
            }
        }
    }

    private static (string Target, string Parent) Split(string path)
    {
        var target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var parent = System.IO.Path.GetDirectoryName(target)
            ?? throw new IOException($"{path} is a root and no folder in another.");
        return (target, parent);
    }

    private static string Temporary(string parent) => System.IO.Path.Combine(parent, $".{Guid.NewGuid():N}.tmp");

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Flush(flushToDisk: true);
    }

    private static void Discard(string temporary)
    {
        try
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
            else
            {
                File.Delete(temporary);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A first error is the one the caller must see; a rest harms nobody and goes at the next start.
        }
    }

    [GeneratedRegex(@"^\.[0-9a-f]{32}\.tmp$")]
    private static partial Regex TemporaryName();
}
