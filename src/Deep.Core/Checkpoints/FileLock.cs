namespace Deep.Checkpoints;

/// <summary>A lock between threads and processes on a file (flock on Unix); it goes with the process that holds it.</summary>
/// <remarks>
/// The file stays when the lock goes: deleting it would let a waiter lock a name that no longer leads to it.
/// </remarks>
public sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock unless another holds it.</summary>
    /// <param name="path">The lock file; created where it is missing, its folder must exist.</param>
    /// <returns>The lock, which the caller disposes; null where another thread or process holds it.</returns>
    /// <exception cref="IOException">The file cannot be opened for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static FileLock? TryTake(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FileLock(File.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            return null;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _file.Dispose();

    // Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION; Linux and macOS: EWOULDBLOCK.
    private static bool IsHeldElsewhere(IOException error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xFFFF) is 32 or 33
        : error.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
