namespace Deep.Checkpoints;

/// <summary>A checkpoint file is damaged, hostile, of an unknown kind, or does not fit the model.</summary>
public sealed class CheckpointException : DeepException
{
    /// <summary>An error that names the file, the tensor (where one is concerned) and the reason.</summary>
    /// <param name="file">The file's path or a stream's description.</param>
    /// <param name="tensor">The tensor or header field concerned, or null.</param>
    /// <param name="reason">What was expected and what was found.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public CheckpointException(string file, string? tensor, string reason, Exception? inner = null)
        : base(tensor is null ? $"{file}: {reason}" : $"{file}: {tensor}: {reason}", inner)
    {
        File = file;
        Tensor = tensor;
        Reason = reason;
    }

    /// <summary>The file's path or a stream's description.</summary>
    public string File { get; }

    /// <summary>The tensor or header field concerned, or null when it is the whole file.</summary>
    public string? Tensor { get; }

    /// <summary>What was expected and what was found.</summary>
    public string Reason { get; }
}
