namespace Deep.Training;

/// <summary>A log of a run cannot be written or read: the disk is full, the path is a folder, the file is not a log.</summary>
/// <remarks>It ends the run: a run that cannot say what it does is of little use, and it goes on from its last checkpoint.</remarks>
public sealed class RunLogException : DeepException
{
    /// <summary>An error that names the log.</summary>
    /// <param name="log">The log's file or folder.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public RunLogException(string log, string reason, Exception? inner = null)
        : base($"The log {log} {reason}", inner) => Log = log;

    /// <summary>The log's file or folder.</summary>
    public string Log { get; }

    /// <summary>Does something to a log; what the file system objects to comes as one error of ours.</summary>
    /// <exception cref="RunLogException">The file system objects.</exception>
    internal static void Guard(string log, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (IsOfFileSystem(error))
        {
            throw new RunLogException(log, $"cannot be written: {error.Message}", error);
        }
    }

    // ArgumentOutOfRangeException is how the runtime reports EFBIG, which is as much a full disk as ENOSPC is.
    private static bool IsOfFileSystem(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" };
}
