namespace Deep.Media;

/// <summary>A picture, sound or video cannot be decoded, or is larger than the limits allow.</summary>
public sealed class MediaException : DeepException
{
    /// <summary>An error that names the file and the reason.</summary>
    /// <param name="file">The file's path or a stream's description.</param>
    /// <param name="reason">What was expected and what was found.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public MediaException(string file, string reason, Exception? inner = null)
        : base($"{file}: {reason}", inner) => File = file;

    /// <summary>The file's path or a stream's description.</summary>
    public string File { get; }
}
