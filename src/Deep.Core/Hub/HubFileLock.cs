using Deep.Checkpoints;

namespace Deep.Hub;

/// <summary>Waits for a lock between threads and processes, on a file as the Hugging Face tools do it.</summary>
internal static class HubFileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes the lock, waiting as long as another holds it.</summary>
    /// <param name="path">The lock file; created where it is missing.</param>
    /// <param name="waiting">Called once if there is something to wait for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<FileLock> AcquireAsync(string path, Action waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (bool told = false; ; told = true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (FileLock.TryTake(path) is { } taken)
            {
                return taken;
            }

            if (!told)
            {
                waiting();
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }
}
