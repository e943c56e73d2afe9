namespace Deep.Hub;

/// <summary>A lock between threads and processes, on a file as the Hugging Face tools do it (flock on Unix).</summary>
/// <remarks>
/// The file stays when the lock goes: deleting it would let a waiter lock a name that no longer leads to it.
/// </remarks>
internal sealed class HubFileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private HubFileLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, waiting as long as another holds it.</summary>
    /// <param name="path">The lock file; created where it is missing.</param>
    /// <param name="waiting">Called once if there is something to wait for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<HubFileLock> AcquireAsync(string path, Action waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (bool told = false; ; told = true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return new HubFileLock(File.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException error) when (IsHeldElsewhere(error))
            {
                if (!told)
                {
                    waiting();
                }
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _file.Dispose();

    // Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION; Linux and macOS: EWOULDBLOCK.
    private static bool IsHeldElsewhere(IOException error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xFFFF) is 32 or 33
        : error.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
