using System.Text;
using Deep.Checkpoints;

namespace Deep.Hub;

/// <summary>One repository in the cache: <c>models--owner--name/{blobs,refs,snapshots,.no_exist}</c>.</summary>
/// <remarks>
/// The layout is the one the Hugging Face tools publish for other implementations. A commit never changes, so what a
/// snapshot holds, and what <c>.no_exist</c> says it lacks, needs no asking.
/// </remarks>
internal sealed class RepositoryFolder
{
    private const long LargestRef = 256;

    private readonly string _locks;
    private readonly string _path;

    internal RepositoryFolder(string cacheFolder, string repository)
    {
        string folder = "models--" + repository.Replace("/", "--", StringComparison.Ordinal);
        _path = Path.Combine(cacheFolder, folder);
        _locks = Path.Combine(cacheFolder, ".locks", folder);
    }

    internal string Blob(BlobHash hash) => Path.Combine(_path, "blobs", hash.Hex);

    internal string Partial(BlobHash hash) => Blob(hash) + ".incomplete";

    internal string Lock(BlobHash hash) => Path.Combine(_locks, hash.Hex + ".lock");

    internal string Snapshot(string commit, string file) => Below("snapshots", commit, file);

    /// <summary>The commit that a revision is known to be, or null.</summary>
    internal string? FindCommit(string revision)
    {
        if (HubNames.IsCommit(revision))
        {
            return revision;
        }

        var file = new FileInfo(Below("refs", revision));
        if (!file.Exists || file.Length > LargestRef)
        {
            return null;
        }

        string commit = File.ReadAllText(file.FullName).Trim();
        return HubNames.IsCommit(commit) ? commit : null;
    }

    /// <summary>A file of a snapshot, or null where it is not there or its blob is gone.</summary>
    internal string? FindFile(string commit, string file)
    {
        string path = Snapshot(commit, file);
        return IsThere(path) ? path : null;
    }

    /// <summary>Whether there is a file, or a link that leads to one; a dangling link exists for the system.</summary>
    internal static bool IsThere(string path) =>
        File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is null or { Exists: true };

    /// <summary>Whether the hub has said that this commit has no such file.</summary>
    internal bool IsKnownMissing(string commit, string file) => File.Exists(Below(".no_exist", commit, file));

    internal void RememberMissing(string commit, string file) => WriteText(Below(".no_exist", commit, file), "");

    internal void RememberCommit(string revision, string commit)
    {
        if (FindCommit(revision) != commit)
        {
            WriteText(Below("refs", revision), commit);
        }
    }

    /// <summary>The hash that a snapshot's file must have, or null where the file is not a link to a blob.</summary>
    internal static BlobHash? PromisedHash(string file) =>
        BlobHash.TryParse(Path.GetFileName(File.ResolveLinkTarget(file, returnFinalTarget: false)?.FullName));

    /// <summary>Makes a blob appear in a snapshot: as a relative link, or moved there where links fail.</summary>
    internal string Place(BlobHash hash, string commit, string file, bool symbolicLinks)
    {
        string blob = Blob(hash);
        string pointer = Snapshot(commit, file);
        string folder = Path.GetDirectoryName(pointer)!;
        Directory.CreateDirectory(folder);
        if (!symbolicLinks || !TryLink(pointer, Path.GetRelativePath(folder, blob)))
        {
            // Moved, not copied: models are large, and the next revision with the same content is rare.
            File.Move(blob, pointer, overwrite: true);
        }

        return pointer;
    }

    // Made under another name and renamed over the old link, which a reader may be following just now.
    private static bool TryLink(string pointer, string target)
    {
        string temporary = $"{pointer}.{Guid.NewGuid():N}";
        try
        {
            File.CreateSymbolicLink(temporary, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        File.Move(temporary, pointer, overwrite: true);
        return true;
    }

    private static void WriteText(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    // The names were checked before; this is the second lock on the same door.
    private string Below(params string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([_path, .. parts]));
        string root = Path.GetFullPath(Path.Combine(_path, parts[0])) + Path.DirectorySeparatorChar;
        return path.StartsWith(root, StringComparison.Ordinal)
            ? path
            : throw new HubException(
                HubFailure.InvalidName, $"\"{HubNames.Printable(parts[^1])}\" leads out of the cache folder.");
    }
}
